using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions for URLs.</summary>
internal static class UrlLibrary
{
    public const string TypeName = "kubernetes.URL";

    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("url", "(string) kubernetes.URL", (in CelValue text) => CelUrl.Parse(text.AsString(), out var fault) is { } url ? CelValue.FromOpaque(url) : CelValue.Fault(fault))
            with { Cost = CostModel.Traverse },
        CelOverload.Create("isURL", "(string) bool", (in CelValue text) => CelValue.FromBool(CelUrl.Parse(text.AsString(), out _) is not null)),
        CelOverload.Create("getScheme", ".(kubernetes.URL) string", (in CelValue url) => CelValue.FromString(((CelUrl)url.AsOpaque()).Scheme)),
        CelOverload.Create("getHost", ".(kubernetes.URL) string", (in CelValue url) => CelValue.FromString(((CelUrl)url.AsOpaque()).Host)),
        CelOverload.Create("getHostname", ".(kubernetes.URL) string", (in CelValue url) => CelValue.FromString(((CelUrl)url.AsOpaque()).Hostname)),
        CelOverload.Create("getPort", ".(kubernetes.URL) string", (in CelValue url) => CelValue.FromString(((CelUrl)url.AsOpaque()).Port)),
        CelOverload.Create("getEscapedPath", ".(kubernetes.URL) string", (in CelValue url) => CelValue.FromString(((CelUrl)url.AsOpaque()).Path)),
        CelOverload.Create("getQuery", ".(kubernetes.URL) map<string, list<string>>", (in CelValue url) => ((CelUrl)url.AsOpaque()).QueryMap()),
    ];
}
