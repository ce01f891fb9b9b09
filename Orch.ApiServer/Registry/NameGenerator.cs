namespace Orch.ApiServer.Registry;

/// <summary>Completes generated names, with upstream's length and alphabet.</summary>
internal sealed class NameGenerator(Random random)
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxLength = 63;
    private readonly Lock _gate = new();

    /// <summary>The prefix, cut so that all fits into a label, with five random characters.</summary>
    public string Generate(string prefix)
    {
        Span<char> suffix = stackalloc char[SuffixLength];
        lock (_gate)
        {
            random.GetItems(Alphabet, suffix);
        }

        var kept = prefix.AsSpan(0, Math.Min(prefix.Length, MaxLength - SuffixLength));
        return string.Concat(kept, suffix);
    }
}
