using k8s.Models;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Admission.Nodes;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>What a node agent may do about pods: mirror its static ones, tell the state of its own, end them, and ask for their tokens.</summary>
internal sealed class NodePodRules(IObjectLookup objects, AuthorizationDecider? decider)
{
    private const string Mirror = "kubernetes.io/config.mirror";
    private static readonly GroupVersionResource Pods = new(string.Empty, "v1", "pods");
    private static readonly GroupVersionResource Nodes = new(string.Empty, "v1", "nodes");

    /// <summary>Checks a request on a pod.</summary>
    /// <exception cref="Client.ApiException">It may not.</exception>
    public async ValueTask CheckAsync(AdmissionRequest request, string node, CancellationToken cancellationToken)
    {
        switch (request.Subresource, request.Operation)
        {
            case ("", AdmissionOperation.Create): await CheckMirrorAsync(request, node, cancellationToken).ConfigureAwait(false); break;
            case ("", AdmissionOperation.Delete):
                if ((request.OldObject as V1Pod)?.Spec?.NodeName != node) { throw Refusal(request, $"node \"{node}\" can only delete pods with spec.nodeName set to itself"); }
                break;
            case ("", _): throw Refusal(request, $"unexpected operation \"{Verb(request)}\", node \"{node}\" can only create and delete mirror pods");
            case ("status", AdmissionOperation.Update): CheckStatus(request, node); break;
            case ("status", _): throw Refusal(request, $"unexpected operation \"{Verb(request)}\"");
            case ("eviction", AdmissionOperation.Create):
                var evicted = await FindAsync<V1Pod>(Pods, new ObjectKey(request.Namespace, request.Name), cancellationToken).ConfigureAwait(false);
                if (evicted.Spec.NodeName != node) { throw Refusal(request, $"node {node} can only evict pods with spec.nodeName set to itself"); }
                break;
            case ("eviction", _): throw Refusal(request, $"unexpected operation {Verb(request)}");
            default: throw Refusal(request, $"unexpected pod subresource \"{request.Subresource}\", only 'status' and 'eviction' are allowed");
        }
    }

    /// <summary>Checks a request for a token: it must be bound to a pod of the node.</summary>
    /// <exception cref="Client.ApiException">It may not.</exception>
    public async ValueTask CheckTokenAsync(AdmissionRequest request, string node, CancellationToken cancellationToken)
    {
        if (request is not { Operation: AdmissionOperation.Create, Subresource: "token", Object: Authenticationv1TokenRequest token }) { return; }
        if (token.Spec?.BoundObjectRef is not { ApiVersion: "v1", Kind: "Pod", Name.Length: > 0 } bound) { throw Refusal(request, "node requested token not bound to a pod"); }
        if (string.IsNullOrEmpty(bound.Uid)) { throw Refusal(request, "node requested token with a pod binding without a uid"); }
        var pod = await FindAsync<V1Pod>(Pods, new ObjectKey(request.Namespace, bound.Name), cancellationToken).ConfigureAwait(false);
        if (pod.Metadata.Uid != bound.Uid)
        {
            throw Refusal(request, $"the UID in the bound object reference ({bound.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        if (pod.Spec.NodeName != node)
        {
            // It may have been bound a moment ago.
            await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            if (objects.Find<V1Pod>(pod.Key())?.Spec.NodeName != node) { throw Refusal(request, "node requested token bound to a pod scheduled on a different node"); }
        }

        await CheckAudienceAsync(request, token.Spec.Audiences ?? [], pod, cancellationToken).ConfigureAwait(false);
    }

    // A token for somebody whom no pod of the node talks to would let whoever has the node be the pod there.
    private async ValueTask CheckAudienceAsync(AdmissionRequest request, IList<string> audiences, V1Pod pod, CancellationToken cancellationToken)
    {
        if (audiences.Count > 1) { throw Refusal(request, "node may only request 0 or 1 audiences"); }
        var audience = audiences.Count == 0 ? string.Empty : audiences[0];
        if (HasAudience(pod, audience)) { return; }
        var asked = new AuthorizationAttributes(request.User, "request-serviceaccounts-token-audience") { Group = string.Empty, Version = "v1", Resource = audience, Namespace = request.Namespace, Name = request.Name };
        if (decider is not null && (await decider(asked, cancellationToken).ConfigureAwait(false)).Verdict == AuthorizationVerdict.Allow) { return; }
        throw Refusal(request, $"audience \"{audience}\" not found in pod spec volume, {request.User.Name} is not authorized to request tokens for this audience");
    }

    private bool HasAudience(V1Pod pod, string audience)
    {
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            if (volume.Projected?.Sources?.Any(source => source.ServiceAccountToken is { } token && (token.Audience ?? string.Empty) == audience) == true) { return true; }
            var claim = volume.PersistentVolumeClaim?.ClaimName ?? (volume.Ephemeral is null ? null : $"{pod.Metadata.Name}-{volume.Name}");
            var driver = volume.Csi?.Driver ?? (claim is null ? null : DriverOf(new ObjectKey(pod.Metadata.NamespaceProperty, claim)));
            if (driver is not null && objects.Find<V1CSIDriver>(ObjectKey.Cluster(driver))?.Spec.TokenRequests?.Any(wanted => (wanted.Audience ?? string.Empty) == audience) == true) { return true; }
        }

        return false;
    }

    private string? DriverOf(ObjectKey claim)
        => objects.Find<V1PersistentVolumeClaim>(claim)?.Spec.VolumeName is { Length: > 0 } volume ? objects.Find<V1PersistentVolume>(ObjectKey.Cluster(volume))?.Spec.Csi?.Driver : null;

    private static void CheckStatus(AdmissionRequest request, string node)
    {
        if (request is not { Object: V1Pod now, OldObject: V1Pod old }) { return; }
        if (old.Spec?.NodeName != node) { throw Refusal(request, $"node \"{node}\" can only update pod status for pods with spec.nodeName set to itself"); }
        if (!ContentEquality.Same(now.Metadata.Labels, old.Metadata.Labels)) { throw Refusal(request, $"node \"{node}\" cannot update labels through pod status"); }
        if (!ContentEquality.Same(now.Status?.ResourceClaimStatuses, old.Status?.ResourceClaimStatuses)) { throw Refusal(request, $"node \"{node}\" cannot update resource claim statues"); }
    }

    private async ValueTask CheckMirrorAsync(AdmissionRequest request, string node, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: { } spec } pod) { return; }
        if (pod.Annotation(Mirror) is null) { throw Refusal(request, $"pod does not have \"{Mirror}\" annotation, node \"{node}\" can only create mirror pods"); }
        if (spec.NodeName != node) { throw Refusal(request, $"node \"{node}\" can only create pods with spec.nodeName set to itself"); }
        var owners = pod.Metadata.OwnerReferences ?? [];
        if (owners.Count > 1) { throw Refusal(request, $"node \"{node}\" can only create pods with a single owner reference set to itself"); }
        if (owners is not [{ ApiVersion: "v1", Kind: "Node" } owner] || owner.Name != node) { throw Refusal(request, $"node \"{node}\" can only create pods with an owner reference set to itself"); }
        if (owner.Controller != true) { throw Refusal(request, $"node \"{node}\" can only create pods with a controller owner reference set to itself"); }
        if (owner.BlockOwnerDeletion == true) { throw Refusal(request, $"node \"{node}\" must not set blockOwnerDeletion on an owner reference"); }
        var home = await FindAsync<V1Node>(Nodes, ObjectKey.Cluster(node), cancellationToken).ConfigureAwait(false);
        if (owner.Uid != home.Metadata.Uid) { throw Refusal(request, $"node {node} UID mismatch: expected {owner.Uid} got {home.Metadata.Uid}"); }

        var start = $"node \"{node}\" can not create pods that reference";
        if (!string.IsNullOrEmpty(spec.ServiceAccountName)) { throw Refusal(request, $"{start} a service account"); }
        if (NamedObjects.HasSecret(pod)) { throw Refusal(request, $"{start} secrets"); }
        if (NamedObjects.HasConfigMap(pod)) { throw Refusal(request, $"{start} configmaps"); }
        if (spec.ResourceClaims is { Count: > 0 }) { throw Refusal(request, $"{start} resourceclaims"); }
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.Projected?.Sources?.Any(static source => source.ClusterTrustBundle is not null) == true) { throw Refusal(request, $"{start} clustertrustbundles"); }
            if (volume.PersistentVolumeClaim is not null) { throw Refusal(request, $"{start} persistentvolumeclaims"); }
        }
    }

    private async ValueTask<T> FindAsync<T>(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        if (objects.Find<T>(key) is { } known) { return known; }
        await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return objects.Find<T>(key) ?? throw ApiErrors.NotFound(resource, key.Name);
    }

    private static string Verb(AdmissionRequest request) => request.Operation.ToString().ToUpperInvariant();

    private static Client.ApiException Refusal(AdmissionRequest request, string detail) => AdmissionRefusal.Forbidden(request, detail);
}
