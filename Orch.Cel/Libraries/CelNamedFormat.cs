namespace Orch.Cel.Libraries;

/// <summary>A format that strings can be tested against.</summary>
internal sealed class CelNamedFormat(string name, int patternSize, Func<string, List<string>> validate) : CelOpaque
{
    private static readonly CelType FormatType = CelType.Opaque("kubernetes.NamedFormat");

    public override CelType Type => FormatType;

    public string Name => name;

    /// <summary>The length of the pattern that it stands for, for its cost.</summary>
    public int PatternSize => patternSize;

    /// <summary>What is wrong with a text; empty when it fits.</summary>
    public List<string> Validate(string text) => validate(text);

    public override bool ValueEquals(CelOpaque other) => other is CelNamedFormat format && format.Name == name;

    public override int ValueHash() => string.GetHashCode(name, StringComparison.Ordinal);

    public override string ToString() => name;
}
