namespace Orch.Controllers.Certificates;

/// <summary>The signers that the cluster's certificate authority signs for.</summary>
internal static class SignerNames
{
    public const string ApiServerClient = "kubernetes.io/kube-apiserver-client";
    public const string KubeletClient = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string KubeletServing = "kubernetes.io/kubelet-serving";
    public const string LegacyUnknown = "kubernetes.io/legacy-unknown";

    public static bool IsKnown(string? name) => name is ApiServerClient or KubeletClient or KubeletServing or LegacyUnknown;
}
