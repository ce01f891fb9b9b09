using System.Globalization;

namespace Orch.Cel.Libraries;

/// <summary>A version by the rules of semver.org 2.0.0.</summary>
internal sealed class CelSemver : CelOpaque
{
    private static readonly CelType SemverType = CelType.Opaque("kubernetes.Semver");

    private CelSemver(ulong[] core, string[] prerelease, string build)
    {
        Core = core;
        Prerelease = prerelease;
        Build = build;
    }

    public override CelType Type => SemverType;

    public ulong[] Core { get; }

    public string[] Prerelease { get; }

    public string Build { get; }

    /// <param name="text">The version.</param>
    /// <param name="normalize">Takes a leading v, missing parts and leading zeros.</param>
    /// <param name="fault">What is wrong when it gives null.</param>
    public static CelSemver? Parse(string text, bool normalize, out string fault)
    {
        fault = string.Empty;
        if (normalize) { text = Normalize(text); }
        if (text.Length == 0) { return Fault("Version string empty", out fault); }
        if (text.Length > 1024) { return Fault("Version string too long", out fault); }
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        var build = plus < 0 ? string.Empty : text[(plus + 1)..];
        var rest = plus < 0 ? text : text[..plus];
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        var prerelease = dash < 0 ? [] : rest[(dash + 1)..].Split('.');
        var core = (dash < 0 ? rest : rest[..dash]).Split('.');
        if (core.Length != 3) { return Fault("No Major.Minor.Patch elements found", out fault); }
        var numbers = new ulong[3];
        string[] names = ["major", "minor", "patch"];
        for (var index = 0; index < 3; index++)
        {
            if (core[index].Length == 0 || core[index].AsSpan().ContainsAnyExceptInRange('0', '9')) { return Fault($"Invalid character(s) found in {names[index]} number {Syntax.ExprPrinter.Quote(core[index])}", out fault); }
            if (core[index].Length > 1 && core[index][0] == '0') { return Fault($"{(index == 0 ? "Major" : index == 1 ? "Minor" : "Patch")} number must not contain leading zeroes {Syntax.ExprPrinter.Quote(core[index])}", out fault); }
            if (!ulong.TryParse(core[index], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[index])) { return Fault($"strconv.ParseUint: parsing {Syntax.ExprPrinter.Quote(core[index])}: value out of range", out fault); }
        }

        foreach (var part in prerelease)
        {
            if (!IsIdentifier(part)) { return Fault(part.Length == 0 ? "Prerelease is empty" : $"Invalid character(s) found in prerelease {Syntax.ExprPrinter.Quote(part)}", out fault); }
            if (IsNumber(part) && part.Length > 1 && part[0] == '0') { return Fault($"Numeric PreRelease version must not contain leading zeroes {Syntax.ExprPrinter.Quote(part)}", out fault); }
        }

        if (plus >= 0 && Array.Find(build.Split('.'), part => !IsIdentifier(part)) is { } wrong)
        {
            return Fault(wrong.Length == 0 ? "Build meta data is empty" : $"Invalid character(s) found in build meta data {Syntax.ExprPrinter.Quote(wrong)}", out fault);
        }

        return new CelSemver(numbers, prerelease, build);
    }

    public int CompareTo(CelSemver other)
    {
        for (var index = 0; index < 3; index++)
        {
            var order = Core[index].CompareTo(other.Core[index]);
            if (order != 0) { return order; }
        }

        if (Prerelease.Length == 0 || other.Prerelease.Length == 0) { return other.Prerelease.Length.CompareTo(Prerelease.Length) is var order and not 0 ? Math.Sign(order) : 0; }
        for (var index = 0; index < Math.Min(Prerelease.Length, other.Prerelease.Length); index++)
        {
            var (mine, theirs) = (Prerelease[index], other.Prerelease[index]);
            var order = (IsNumber(mine), IsNumber(theirs)) switch
            {
                (true, true) => mine.Length != theirs.Length ? mine.Length - theirs.Length : string.CompareOrdinal(mine, theirs),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(mine, theirs),
            };
            if (order != 0) { return Math.Sign(order); }
        }

        return Prerelease.Length.CompareTo(other.Prerelease.Length);
    }

    public override bool ValueEquals(CelOpaque other) => other is CelSemver version && CompareTo(version) == 0;

    public override int ValueHash() => HashCode.Combine(Core[0], Core[1], Core[2]);

    public override string ToString()
        => string.Join('.', Core) + (Prerelease.Length == 0 ? string.Empty : "-" + string.Join('.', Prerelease)) + (Build.Length == 0 ? string.Empty : "+" + Build);

    private static CelSemver? Fault(string what, out string fault)
    {
        fault = "invalid semantic version: " + what;
        return null;
    }

    private static bool IsNumber(string part) => part.Length > 0 && !part.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsIdentifier(string part) => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');

    private static string Normalize(string text)
    {
        text = text.StartsWith('v') ? text[1..] : text;
        var end = text.AsSpan().IndexOfAny('-', '+');
        var core = (end < 0 ? text : text[..end]).Split('.').Select(part => IsNumber(part) ? part.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0" : part).ToList();
        // Parts may be missing only where nothing follows them.
        while (end < 0 && core.Count < 3) { core.Add("0"); }
        return string.Join('.', core) + (end < 0 ? string.Empty : text[end..]);
    }
}
