using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Runtime;

/// <summary>Brings a runtime class's overhead, node selector and tolerations into the pods that name it.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/containers/runtime-class/</remarks>
internal sealed class RuntimeClassAdmission(IObjectLookup objects) : IMutatingAdmission, IValidatingAdmission
{
    public string Name => "RuntimeClass";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && resource is { Group.Length: 0, Resource: "pods" } && subresource.Length == 0;

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: { } spec }) { return; }
        if (await FindAsync(request, spec, cancellationToken).ConfigureAwait(false) is not { } runtime) { return; }
        if (runtime.Overhead?.PodFixed is { } overhead)
        {
            if (spec.Overhead is { Count: > 0 } && !ContentEquality.Same(spec.Overhead, overhead)) { throw Mismatch(request); }
            spec.Overhead = new Dictionary<string, ResourceQuantity>(overhead);
        }

        if (runtime.Scheduling is { } scheduling)
        {
            spec.NodeSelector = Merge(request, spec.NodeSelector, scheduling.NodeSelector);
            spec.Tolerations = TolerationMerge.Of(spec.Tolerations, scheduling.Tolerations);
        }
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: { } spec }) { return; }
        var runtime = await FindAsync(request, spec, cancellationToken).ConfigureAwait(false);
        if (runtime?.Overhead is { } overhead)
        {
            if (!ContentEquality.Same(overhead.PodFixed, spec.Overhead)) { throw Mismatch(request); }
        }
        else if (spec.Overhead is not null)
        {
            throw AdmissionRefusal.Forbidden(request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private static Client.ApiException Mismatch(AdmissionRequest request)
        => AdmissionRefusal.Forbidden(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");

    private static IDictionary<string, string>? Merge(AdmissionRequest request, IDictionary<string, string>? present, IDictionary<string, string>? more)
    {
        if (more is not { Count: > 0 }) { return present; }
        var merged = present is null ? [] : new Dictionary<string, string>(present);
        foreach (var (key, value) in more)
        {
            if (merged.TryGetValue(key, out var own) && own != value)
            {
                throw AdmissionRefusal.Forbidden(request, $"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}");
            }

            merged[key] = value;
        }

        return merged;
    }

    private async ValueTask<V1RuntimeClass?> FindAsync(AdmissionRequest request, V1PodSpec spec, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(spec.RuntimeClassName)) { return null; }
        var key = ObjectKey.Cluster(spec.RuntimeClassName);
        if (objects.Find<V1RuntimeClass>(key) is { } known) { return known; }
        await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return objects.Find<V1RuntimeClass>(key)
            ?? throw AdmissionRefusal.Forbidden(request, $"pod rejected: RuntimeClass \"{spec.RuntimeClassName}\" not found");
    }
}
