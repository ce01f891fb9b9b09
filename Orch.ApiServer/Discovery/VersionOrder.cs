using System.Globalization;

namespace Orch.ApiServer.Discovery;

/// <summary>Versions as Kubernetes prefers them: stable before beta before alpha, higher before lower, all others after in order of their text.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority</remarks>
internal sealed class VersionOrder : IComparer<string>
{
    /// <summary>The one.</summary>
    public static VersionOrder Instance { get; } = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        var (one, other) = (Read(x ?? string.Empty), Read(y ?? string.Empty));
        if (one is null || other is null) { return one is not null ? -1 : other is not null ? 1 : string.CompareOrdinal(x, y); }
        if (one.Value.Stage != other.Value.Stage) { return other.Value.Stage.CompareTo(one.Value.Stage); }
        return one.Value.Major != other.Value.Major ? other.Value.Major.CompareTo(one.Value.Major) : other.Value.Minor.CompareTo(one.Value.Minor);
    }

    // v2, v2beta1, v2alpha1: the stage is 2, 1 or 0.
    private static (int Stage, long Major, long Minor)? Read(string text)
    {
        if (text.Length < 2 || text[0] != 'v') { return null; }
        var end = 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) { end++; }
        if (!TryNumber(text.AsSpan(1, end - 1), out var major)) { return null; }
        var rest = text.AsSpan(end);
        if (rest.IsEmpty) { return (2, major, 0); }
        var (stage, length) = rest.StartsWith("alpha") ? (0, 5) : rest.StartsWith("beta") ? (1, 4) : (-1, 0);
        return stage >= 0 && TryNumber(rest[length..], out var minor) ? (stage, major, minor) : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return text.Length > 0 && text[0] != '0' && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
