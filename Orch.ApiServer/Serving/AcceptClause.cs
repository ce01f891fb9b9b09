using System.Globalization;

namespace Orch.ApiServer.Serving;

/// <summary>One media range of an <c>Accept</c> header.</summary>
/// <param name="Type">Such as <c>application/json</c>, lower case.</param>
/// <param name="Parameters">All but <c>q</c>, in order.</param>
/// <param name="Quality">0 to 1.</param>
internal readonly record struct AcceptClause(string Type, IReadOnlyList<KeyValuePair<string, string>> Parameters, double Quality)
{
    private const int MaxClauses = 64;

    /// <summary>Reads a header; the best quality first, named types before wildcards, else as sent.</summary>
    public static IReadOnlyList<AcceptClause> Parse(string header)
    {
        var clauses = new List<AcceptClause>();
        foreach (var range in header.Split(',', MaxClauses + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (clauses.Count < MaxClauses) { clauses.Add(ParseOne(range)); }
        }

        return clauses.Count < 2 ? clauses : [.. clauses.OrderByDescending(static item => item.Quality).ThenBy(static item => item.Breadth)];
    }

    private int Breadth => Type.StartsWith('*') ? 2 : Type.EndsWith('*') ? 1 : 0;

    private static AcceptClause ParseOne(string range)
    {
        var parts = range.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new List<KeyValuePair<string, string>>(parts.Length - 1);
        var quality = 1.0;
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) { continue; }
            var (name, value) = (part[..equals].Trim(), part[(equals + 1)..].Trim().Trim('"'));
            if (name == "q") { quality = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 1; }
            else { parameters.Add(new(name, value)); }
        }

        return new AcceptClause(parts[0].ToLowerInvariant(), parameters, quality);
    }
}
