using System.Globalization;

namespace Orch.Controllers.Caching;

/// <summary>Order of resource versions of one kind.</summary>
internal static class ResourceVersions
{
    public static bool IsAtLeast(string? version, string wanted)
        => version == wanted
            || (ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var have)
                && ulong.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var want) && have >= want);
}
