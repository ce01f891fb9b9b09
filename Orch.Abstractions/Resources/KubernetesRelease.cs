namespace Orch.Resources;

/// <summary>The release of Kubernetes whose API Orch speaks.</summary>
public static class KubernetesRelease
{
    /// <summary>Major and minor version, such as <c>1.36</c>.</summary>
    public const string Minor = "1.36";

    /// <summary>With a <c>v</c> and a patch level, as nodes and servers give it.</summary>
    public const string Version = "v" + Minor + ".0";
}
