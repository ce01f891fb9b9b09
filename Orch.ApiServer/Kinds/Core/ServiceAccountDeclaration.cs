using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 ServiceAccount.</summary>
internal sealed class ServiceAccountDeclaration() : ResourceDeclaration<V1ServiceAccount>("serviceaccounts", ResourceScope.Namespaced)
{
    private const string MountableSecrets = "kubernetes.io/enforce-mountable-secrets";

    public override IReadOnlyList<string> ShortNames { get; } = ["sa"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Secrets", "string", static account => account.Secrets?.Count ?? 0,
            description: "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use. Pods are only limited to this list if this service account has a \"kubernetes.io/enforce-mountable-secrets\" annotation set to \"true\". The \"kubernetes.io/enforce-mountable-secrets\" annotation is deprecated since v1.32. Prefer separate namespaces to isolate access to mounted secrets. This field should not be used to find auto-generated service account token secrets for use outside of pods. Instead, tokens can be requested directly using the TokenRequest API, or service account token secrets can be manually created. More info: https://kubernetes.io/docs/concepts/configuration/secret"),
        PrinterColumns.Age,
    ];

    protected override void PrepareForCreate(V1ServiceAccount value) => NameSecrets(value);

    protected override void PrepareForUpdate(V1ServiceAccount value, V1ServiceAccount old) => NameSecrets(value);

    protected override IEnumerable<string> WarningsFor(V1ServiceAccount value, V1ServiceAccount? old)
        => value.Metadata.Annotations?.ContainsKey(MountableSecrets) == true && old?.Metadata.Annotations?.ContainsKey(MountableSecrets) != true
            ? [$"metadata.annotations[{MountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"]
            : [];

    // They lie in the account's namespace, and nothing but the name is kept of a reference.
    private static void NameSecrets(V1ServiceAccount value)
    {
        if (value.Secrets is { Count: > 0 } secrets) { value.Secrets = [.. secrets.Select(static secret => new V1ObjectReference { Name = secret.Name })]; }
    }
}
