using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Subresources;

/// <summary>Assigns a pod to a node, once.</summary>
/// <remarks>Rules and messages of the pod registry's <c>BindingREST</c>.</remarks>
internal sealed class PodBinder(ServedResources resources, ObjectWriter writer, TimeProvider time)
{
    private static readonly GroupVersionResource BindingResource = new(string.Empty, "v1", "pods/binding");
    private readonly ServedResource? _pods = resources.Find(typeof(V1Pod));

    /// <summary>Binds.</summary>
    /// <exception cref="ApiException">Refused: the pod has a node, is being deleted, or the target is no node.</exception>
    public async ValueTask<IKubernetesObject> BindAsync(CreateCall call, string name, CancellationToken cancellationToken)
    {
        var pods = _pods ?? throw Refusals.NoSuchPath();
        var binding = (V1Binding)call.Body;
        if (binding.Metadata?.Name != name) { throw ApiErrors.BadRequest("name in URL does not match name in Binding object"); }
        Check(binding);
        var write = new WriteCall(call.User) { Subresource = "binding", IsDryRun = call.IsDryRun, IsAdmitted = true };
        var change = ObjectChange.Trusted((current, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Bound((V1Pod)current.Value, binding))).Only(binding.Metadata.Uid);
        await writer.UpdateAsync(pods, write, call.Key with { Name = name }, change, cancellationToken).ConfigureAwait(false);
        return Refusals.Success(201);
    }

    private static void Check(V1Binding binding)
    {
        var errors = new FieldErrors();
        var target = FieldPath.Of("target");
        if (!string.IsNullOrEmpty(binding.Target?.Kind) && binding.Target.Kind != "Node") { errors.NotSupported(target.Child("kind"), binding.Target.Kind, "Node", "<empty>"); }
        if (string.IsNullOrEmpty(binding.Target?.Name)) { errors.Required(target.Child("name")); }
        if (errors.Count > 0) { throw ApiErrors.Unexplained(errors.ToString()); }
    }

    private V1Pod Bound(V1Pod pod, V1Binding binding)
    {
        var name = pod.Metadata.Name;
        if (pod.Metadata.DeletionTimestamp is not null) { throw Conflict(name, $"pod {name} is being deleted, cannot be assigned to a host"); }
        if (!string.IsNullOrEmpty(pod.Spec.NodeName)) { throw Conflict(name, $"pod {name} is already assigned to node \"{pod.Spec.NodeName}\""); }
        if (pod.Spec.SchedulingGates is { Count: > 0 }) { throw Conflict(name, $"pod {name} has non-empty .spec.schedulingGates"); }

        var bound = ApiJson.DeepCopy(pod);
        bound.Spec.NodeName = binding.Target.Name;
        if (binding.Metadata?.Annotations is { Count: > 0 } annotations)
        {
            bound.Metadata.Annotations ??= new Dictionary<string, string>();
            foreach (var (key, value) in annotations) { bound.Metadata.Annotations[key] = value; }
        }

        if (binding.Metadata?.Labels is { Count: > 0 } labels)
        {
            bound.Metadata.Labels ??= new Dictionary<string, string>();
            foreach (var (key, value) in labels) { bound.Metadata.Labels[key] = value; }
        }

        bound.Status ??= new V1PodStatus();
        var others = (bound.Status.Conditions ?? []).Where(static condition => condition.Type != "PodScheduled");
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        bound.Status.Conditions = [.. others, new V1PodCondition { Type = "PodScheduled", Status = "True", LastTransitionTime = now }];
        return bound;
    }

    private static ApiException Conflict(string name, string detail) => ApiErrors.Conflict(BindingResource, name, detail);
}
