using System.Text.RegularExpressions;
using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary><c>matches</c>, <c>find</c> and <c>findAll</c>.</summary>
internal static class RegexLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("find", ".(string, string) string", Find)
            with { Cost = CostModel.Find, WithConstant = pattern => Prepared(pattern, Find) },
        CelOverload.Create("findAll", ".(string, string) list<string>", FindAll)
            with { Cost = CostModel.Find, WithConstant = pattern => Prepared(pattern, (regex, text) => FindAll(regex, text, -1)) },
        CelOverload.Create("findAll", ".(string, string, int) list<string>", (ReadOnlySpan<CelValue> values) => FindAll(values[0].AsString(), values[1], values[2].AsInt()))
            with { Cost = CostModel.Find },
    ];

    private static CelValue Find(in CelValue value, in CelValue pattern)
    {
        var text = value.AsString();
        return With(pattern, regex => Find(regex, text));
    }

    private static CelValue FindAll(in CelValue value, in CelValue pattern) => FindAll(value.AsString(), pattern, -1);

    public static CelValue Matches(in CelValue value, in CelValue pattern)
    {
        var text = value.AsString();
        return With(pattern, regex => CelValue.FromBool(regex.IsMatch(text)));
    }

    public static CelUnary? Matcher(CelValue pattern) => Prepared(pattern, (regex, text) => CelValue.FromBool(regex.IsMatch(text)));

    private static CelUnary? Prepared(in CelValue pattern, Func<Regex, string, CelValue> use)
    {
        if (pattern.Kind != CelKind.String || Patterns.Compile(pattern.AsString(), out _) is not { } regex) { return null; }
        return (in CelValue value) => use(regex, value.AsString());
    }

    private static CelValue With(in CelValue pattern, Func<Regex, CelValue> use)
        => Patterns.Compile(pattern.AsString(), out var fault) is { } regex ? use(regex) : CelValue.Fault(fault!);

    private static CelValue Find(Regex regex, string text) => CelValue.FromString(regex.Match(text) is { Success: true } match ? match.Value : string.Empty);

    private static CelValue FindAll(string text, in CelValue pattern, long limit) => With(pattern, regex => FindAll(regex, text, limit));

    private static CelValue FindAll(Regex regex, string text, long limit)
    {
        var found = new List<CelValue>();
        for (var match = regex.Match(text); match.Success && (limit < 0 || found.Count < limit); match = match.NextMatch()) { found.Add(CelValue.FromString(match.Value)); }
        return CelValue.FromList(CelList.Of([.. found]));
    }
}
