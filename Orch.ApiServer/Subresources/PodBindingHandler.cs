using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/binding</c>.</summary>
internal sealed class PodBindingHandler(PodBinder binder) : ICreateHandler
{
    /// <inheritdoc />
    public CreateHandlerDescription Description { get; } = new(
        new GroupVersionResource(string.Empty, "v1", "pods"), "binding", ResourceScope.Namespaced, new GroupVersionKind(string.Empty, "v1", "Binding"), typeof(V1Binding));

    /// <inheritdoc />
    public ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken) => binder.BindAsync(call, call.Key.Name, cancellationToken);
}
