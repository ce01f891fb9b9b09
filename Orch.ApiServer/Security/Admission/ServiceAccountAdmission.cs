using k8s.Models;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Admission.Nodes;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Gives each pod a service account, its pull secrets and a mounted token that renews itself.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller</remarks>
internal sealed class ServiceAccountAdmission(IObjectLookup objects, Random random) : IMutatingAdmission, IValidatingAdmission
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    // The node agent renews the token well before; the odd second keeps it apart from tokens that people asked for.
    private const long TokenSeconds = 3607;

    public string Name => "ServiceAccount";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => resource is { Group: "", Resource: "pods" }
            && (operation, subresource) is (AdmissionOperation.Create, "") or (AdmissionOperation.Update, "ephemeralcontainers");

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Operation != AdmissionOperation.Create || request.Object is not V1Pod { Spec: { } spec } pod) { return; }
        if (pod.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") == true) { return; }
        if (string.IsNullOrEmpty(spec.ServiceAccountName)) { spec.ServiceAccountName = "default"; }
        spec.ServiceAccount = spec.ServiceAccountName;
        var key = new ObjectKey(request.Namespace, spec.ServiceAccountName);
        var account = objects.Find<V1ServiceAccount>(key);
        if (account is null)
        {
            await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            account = objects.Find<V1ServiceAccount>(key);
        }

        if (account is null)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"error looking up service account {request.Namespace}/{spec.ServiceAccountName}: serviceaccount \"{spec.ServiceAccountName}\" not found");
        }

        if (spec.AutomountServiceAccountToken ?? account.AutomountServiceAccountToken ?? true) { MountToken(spec); }
        if (spec.ImagePullSecrets is not { Count: > 0 } && account.ImagePullSecrets is { Count: > 0 } secrets)
        {
            spec.ImagePullSecrets = [.. secrets.Select(secret => new V1LocalObjectReference { Name = secret.Name })];
        }
    }

    /// <summary>A mirror pod stands for one that runs already: it may name nothing that it would be given.</summary>
    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: { } spec } pod) { return ValueTask.CompletedTask; }
        if (request.Operation == AdmissionOperation.Update || pod.Annotation("kubernetes.io/config.mirror") is null)
        {
            CheckSecrets(request, spec);
            return ValueTask.CompletedTask;
        }

        if (!string.IsNullOrEmpty(spec.ServiceAccountName)) { throw AdmissionRefusal.Forbidden(request, "a mirror pod may not reference service accounts"); }
        if (NamedObjects.HasSecret(pod)) { throw AdmissionRefusal.Forbidden(request, "a mirror pod may not reference secrets"); }
        if (spec.Volumes?.Any(static volume => volume.Projected?.Sources?.Any(static source => source.ServiceAccountToken is not null) == true) == true)
        {
            throw AdmissionRefusal.Forbidden(request, "a mirror pod may not use ServiceAccountToken volume projections");
        }

        return ValueTask.CompletedTask;
    }

    // That the account is there was seen to when the pod was made.
    private void CheckSecrets(AdmissionRequest request, V1PodSpec spec)
    {
        if (objects.Find<V1ServiceAccount>(new ObjectKey(request.Namespace, spec.ServiceAccountName ?? string.Empty)) is not { } account) { return; }
        var fault = request.Operation == AdmissionOperation.Update ? MountableSecrets.FaultOfDebuggers(spec, account) : MountableSecrets.FaultOf(spec, account);
        if (fault is not null) { throw AdmissionRefusal.Forbidden(request, fault); }
    }

    private static V1Volume TokenVolume(string name) => new()
    {
        Name = name,
        Projected = new V1ProjectedVolumeSource
        {
            DefaultMode = 420,
            Sources =
            [
                new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "token", ExpirationSeconds = TokenSeconds } },
                new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "kube-root-ca.crt", Items = [new V1KeyToPath { Key = "ca.crt", Path = "ca.crt" }] } },
                new V1VolumeProjection
                {
                    DownwardAPI = new V1DownwardAPIProjection
                    {
                        Items = [new V1DownwardAPIVolumeFile { Path = "namespace", FieldRef = new V1ObjectFieldSelector { ApiVersion = "v1", FieldPath = "metadata.namespace" } }],
                    },
                },
            ],
        },
    };

    private void MountToken(V1PodSpec spec)
    {
        string? volume = null;
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? []))
        {
            if (container.VolumeMounts?.Any(mount => mount.MountPath == MountPath) == true) { continue; }
            volume ??= NewName(spec);
            container.VolumeMounts = [.. container.VolumeMounts ?? [], new V1VolumeMount { Name = volume, ReadOnlyProperty = true, MountPath = MountPath }];
        }

        if (volume is not null) { spec.Volumes = [.. spec.Volumes ?? [], TokenVolume(volume)]; }
    }

    private string NewName(V1PodSpec spec)
    {
        while (true)
        {
            string name;
            lock (random) { name = "kube-api-access-" + string.Create(5, random, static (span, source) => source.GetItems<char>(NameLetters, span)); }
            if (spec.Volumes?.Any(volume => volume.Name == name) != true) { return name; }
        }
    }
}
