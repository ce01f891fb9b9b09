namespace Orch.Controllers.EndpointSlices;

/// <summary>The labels by which endpoint slices and endpoints say whose they are.</summary>
internal static class SliceLabels
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    public const string Headless = "service.kubernetes.io/headless";
    public const string EndpointsManagedBy = "endpoints.kubernetes.io/managed-by";
    public const string Controller = "endpointslice-controller.k8s.io";
    public const string MirroringController = "endpointslicemirroring-controller.k8s.io";

    public static bool IsReserved(string label) => label is ServiceName or ManagedBy or Headless or EndpointsManagedBy or SkipMirror;
}
