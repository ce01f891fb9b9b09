using k8s;
using Orch.Resources;

namespace Orch.Security;

/// <summary>Has a say in writes, after authorization and before they are stored. Plugins run in the order that options give by <see cref="Name"/>.</summary>
/// <remarks>Implements <see cref="IMutatingAdmission"/>, <see cref="IValidatingAdmission"/> or both.</remarks>
public interface IAdmissionPlugin
{
    /// <summary>Upstream's plugin name where there is one, such as <c>ServiceAccount</c>.</summary>
    string Name { get; }

    /// <summary>Whether the plugin wants to see such a request at all; cheap.</summary>
    bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource);
}

/// <summary>May change the object; all of these run before validation.</summary>
public interface IMutatingAdmission : IAdmissionPlugin
{
    /// <summary>Changes <see cref="AdmissionRequest.Object"/> in place, replaces it with one of the same type, or refuses.</summary>
    /// <exception cref="Client.ApiException">The refusal, as the client sees it.</exception>
    ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <summary>May refuse the object; all of these run after validation.</summary>
public interface IValidatingAdmission : IAdmissionPlugin
{
    /// <summary>Looks, changes nothing, and may refuse.</summary>
    /// <exception cref="Client.ApiException">The refusal, as the client sees it.</exception>
    ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <summary>What is done to the object.</summary>
public enum AdmissionOperation
{
    /// <summary>It is new.</summary>
    Create,

    /// <summary>It is replaced or patched.</summary>
    Update,

    /// <summary>It goes.</summary>
    Delete,

    /// <summary>A stream to it is opened (exec, attach, port-forward, proxy).</summary>
    Connect,
}

/// <summary>One write, as admission sees it.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Resource">On which resource.</param>
/// <param name="Kind">Of which kind.</param>
/// <param name="User">By whom.</param>
public sealed record AdmissionRequest(AdmissionOperation Operation, GroupVersionResource Resource, GroupVersionKind Kind, UserInfo User)
{
    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>Empty for cluster-scoped objects.</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>May be empty on a create with a generated name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The new object, owned by this request and mutable or replaceable by mutating plugins; null on delete.</summary>
    /// <remarks>On <see cref="AdmissionOperation.Connect"/> the stream's options, such as <c>PodExecOptions</c>.</remarks>
    public IKubernetesObject? Object { get; set; }

    /// <summary>What is stored now, shared: never mutated; null on create.</summary>
    public IKubernetesObject? OldObject { get; init; }

    /// <summary>Nothing will be stored: no side effect is allowed.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The client sent a patch, which it needs the right to by that verb; the operation is the update or create that it makes.</summary>
    public bool IsPatch { get; init; }

    /// <summary>The options that the client gave; null on connect.</summary>
    public AdmissionOptions? Options { get; init; }

    /// <summary>Add texts here that the client should see as <c>Warning</c> headers, also when the request is refused.</summary>
    public IList<string> Warnings { get; init; } = [];

    /// <summary>For mutating plugins that want to see what those after them change.</summary>
    public AdmissionRounds Rounds { get; init; } = new();

    /// <summary>Add notes for the audit log here, by qualified key such as <c>policy.example.com/reason</c>; a key keeps its first value.</summary>
    public IDictionary<string, string> AuditAnnotations { get; init; } = new Dictionary<string, string>(0);
}
