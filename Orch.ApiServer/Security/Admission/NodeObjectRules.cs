using k8s;
using k8s.Models;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Validation;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>What a node agent may do to its own node: neither taints nor labels by which it could draw others' pods to itself.</summary>
internal static class NodeObjectRules
{
    private static readonly HashSet<string> KubeletLabels =
    [
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
        "node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "node.kubernetes.io/windows-build",
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    ];

    private static readonly string[] KubeletDomains = ["kubelet.kubernetes.io", "node.kubernetes.io"];

    /// <summary>Checks a request on a node.</summary>
    /// <exception cref="Client.ApiException">It may not.</exception>
    public static void Check(AdmissionRequest request, string node)
    {
        var name = request.Name.Length > 0 ? request.Name : (request.Object as IMetadata<V1ObjectMeta>)?.Metadata?.Name ?? string.Empty;
        if (name != node) { throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to modify node \"{name}\""); }
        if (request is { Operation: AdmissionOperation.Create, Object: V1Node created })
        {
            if (created.Spec?.ConfigSource is not null) { throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to create pods with a non-nil configSource"); }
            var labels = Forbidden(created.Metadata.Labels, null);
            if (labels.Length > 0) { throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to set the following labels: {labels}"); }
        }

        if (request is not { Operation: AdmissionOperation.Update, Object: V1Node now, OldObject: V1Node old }) { return; }
        if (now.Spec?.ConfigSource is { } source && !ContentEquality.Same(source, old.Spec?.ConfigSource))
        {
            throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to update configSource to a new non-nil configSource");
        }

        if (!ContentEquality.Same(now.Spec?.Taints, old.Spec?.Taints)) { throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to modify taints"); }
        // By an owner of its choice a node could have itself, or be kept from being, collected.
        if (!ContentEquality.Same(now.Metadata.OwnerReferences ?? [], old.Metadata.OwnerReferences ?? [])) { throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to modify ownerReferences"); }
        var changed = Forbidden(now.Metadata.Labels, old.Metadata.Labels);
        if (changed.Length > 0) { throw AdmissionRefusal.Forbidden(request, $"is not allowed to modify labels: {changed}"); }
    }

    private static string Forbidden(IDictionary<string, string>? now, IDictionary<string, string>? old)
    {
        var forbidden = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in now ?? new Dictionary<string, string>())
        {
            if (old?.TryGetValue(key, out var was) != true || was != value) { Judge(key); }
        }

        foreach (var key in old?.Keys ?? [])
        {
            if (now?.ContainsKey(key) != true) { Judge(key); }
        }

        return string.Join(", ", forbidden);

        void Judge(string key)
        {
            var domain = key.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? key[..slash] : string.Empty;
            // Those of node-restriction.kubernetes.io, which are for people to say what a node may run, are among these.
            if ((IsWithin(domain, "kubernetes.io") || IsWithin(domain, "k8s.io")) && !KubeletLabels.Contains(key) && !Array.Exists(KubeletDomains, own => IsWithin(domain, own)))
            {
                forbidden.Add(key);
            }
        }
    }

    private static bool IsWithin(string domain, string parent)
        => domain == parent || (domain.EndsWith(parent, StringComparison.Ordinal) && domain[^(parent.Length + 1)] == '.');
}
