using Orch.Resources;

namespace Orch.ApiServer.Decoding;

/// <summary>Whether a body is of the kind that was asked for, in upstream's words.</summary>
internal static class KindCheck
{
    /// <summary>Whether upstream registers the kind in every group and version.</summary>
    public static bool IsOptions(string kind)
        => kind is "DeleteOptions" or "CreateOptions" or "UpdateOptions" or "PatchOptions" or "ListOptions" or "GetOptions";

    /// <summary>What the body says it is; absent parts are as expected.</summary>
    public static GroupVersionKind ActualKind(GroupVersionKind expected, ScanResult scan)
    {
        var slash = scan.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return new GroupVersionKind(
            scan.ApiVersion.Length == 0 ? expected.Group : slash < 0 ? string.Empty : scan.ApiVersion[..slash],
            scan.ApiVersion.Length == 0 ? expected.Version : scan.ApiVersion[(slash + 1)..],
            scan.Kind.Length == 0 ? expected.Kind : scan.Kind);
    }

    /// <summary>Null when it is.</summary>
    public static string? FaultOf(GroupVersionKind expected, ScanResult scan)
    {
        var actual = ActualKind(expected, scan);
        if (actual == expected || (actual.Kind == expected.Kind && IsOptions(expected.Kind))) { return null; }
        return KnownKinds.Contains(actual)
            ? $"converting ({actual.Version}.{actual.Kind}) to ({InternalPackage(expected.Group)}.{expected.Kind}): unknown conversion"
            : $"no kind \"{actual.Kind}\" is registered for version \"{actual.ApiVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"";
    }

    private static string InternalPackage(string group)
        => group.Length == 0 ? "core" : group.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? group[..dot] : group;
}
