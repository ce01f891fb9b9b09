using k8s.Models;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Holds pods to the secrets that their service account names, where its annotation asks for that.</summary>
/// <remarks>https://kubernetes.io/docs/reference/labels-annotations-taints/#enforce-mountable-secrets</remarks>
internal static class MountableSecrets
{
    private const string Annotation = "kubernetes.io/enforce-mountable-secrets";

    /// <summary>Why a new pod may not be, in upstream's words; null when it may.</summary>
    public static string? FaultOf(V1PodSpec spec, V1ServiceAccount account)
    {
        if (!IsAskedFor(account)) { return null; }
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.Secret is { } source && !Has(account.Secrets, source.SecretName)) { return $"volume with {Why(source.SecretName, account)}"; }
        }

        return FaultOf("init container", spec.InitContainers, account) ?? FaultOf("container", spec.Containers, account) ?? PullFaultOf(spec, account);
    }

    /// <summary>The same for the debug containers of one that is there.</summary>
    public static string? FaultOfDebuggers(V1PodSpec spec, V1ServiceAccount account)
    {
        if (!IsAskedFor(account)) { return null; }
        foreach (var container in spec.EphemeralContainers ?? [])
        {
            if (FaultOf($"ephemeral container {container.Name}", container.Env, container.EnvFrom, account) is { } fault) { return fault; }
        }

        return null;
    }

    // As Go reads a flag.
    private static bool IsAskedFor(V1ServiceAccount account)
        => account.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotation, out var text) && text is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private static string? FaultOf(string what, IList<V1Container>? containers, V1ServiceAccount account)
    {
        foreach (var container in containers ?? [])
        {
            if (FaultOf($"{what} {container.Name}", container.Env, container.EnvFrom, account) is { } fault) { return fault; }
        }

        return null;
    }

    private static string? FaultOf(string whose, IList<V1EnvVar>? variables, IList<V1EnvFromSource>? sources, V1ServiceAccount account)
    {
        foreach (var variable in variables ?? [])
        {
            if (variable.ValueFrom?.SecretKeyRef is { } key && !Has(account.Secrets, key.Name)) { return $"{whose} with envVar {variable.Name} referencing {Why(key.Name, account)}"; }
        }

        foreach (var source in sources ?? [])
        {
            if (source.SecretRef is { } secret && !Has(account.Secrets, secret.Name)) { return $"{whose} with envFrom referencing {Why(secret.Name, account)}"; }
        }

        return null;
    }

    private static string? PullFaultOf(V1PodSpec spec, V1ServiceAccount account)
    {
        for (var index = 0; index < (spec.ImagePullSecrets?.Count ?? 0); index++)
        {
            var name = spec.ImagePullSecrets![index].Name;
            if (account.ImagePullSecrets?.Any(secret => secret.Name == name) == true) { continue; }
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"imagePullSecrets[{index}].name=\"{name}\" is not allowed because service account {account.Metadata.Name} does not reference that imagePullSecret");
        }

        return null;
    }

    private static bool Has(IList<V1ObjectReference>? secrets, string? name) => secrets?.Any(secret => secret.Name == name) == true;

    private static string Why(string? secret, V1ServiceAccount account) => $"secret.secretName=\"{secret}\" is not allowed because service account {account.Metadata.Name} does not reference that secret";
}
