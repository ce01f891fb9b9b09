using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Subresources;

/// <summary>The older way to bind: <c>bindings</c>, whose object has the pod's name.</summary>
internal sealed class BindingsHandler(PodBinder binder) : ICreateHandler
{
    /// <inheritdoc />
    public CreateHandlerDescription Description { get; } = new(
        new GroupVersionResource(string.Empty, "v1", "bindings"), string.Empty, ResourceScope.Namespaced, new GroupVersionKind(string.Empty, "v1", "Binding"), typeof(V1Binding));

    /// <inheritdoc />
    public ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken)
        => ((V1Binding)call.Body).Metadata?.Name is { Length: > 0 } name
            ? binder.BindAsync(call, name, cancellationToken)
            : throw ApiErrors.BadRequest("name must be provided");
}
