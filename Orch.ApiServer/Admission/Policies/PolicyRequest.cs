using k8s;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Expressions;
using Orch.ApiServer.Json;
using Orch.Cel;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>A request as expressions see it, in the form that one policy matched; each part is made when it is first read.</summary>
internal sealed class PolicyRequest(PolicyServices services, AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, CancellationToken cancellationToken)
{
    private JsonMap? _request;
    private CelValue? _object;
    private CelValue? _oldObject;

    /// <summary>As admission sees it.</summary>
    public AdmissionRequest Request => request;

    /// <summary>The form that the policy matched.</summary>
    public MatchedResource Match => match;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Binds everything but parameters and variables.</summary>
    /// <param name="hasNamespace">Whether the environment has <c>namespaceObject</c>.</param>
    public CelBindings Bind(CelEnvironment environment, bool hasNamespace = true)
    {
        var bindings = new CelBindings(environment)
            .SetLazy("object", () => _object ??= ValueOf(value))
            .SetLazy("oldObject", () => _oldObject ??= ValueOf(old))
            .SetLazy("request", () => JsonTreeReader.Instance.ToValue(_request ??= ReadRequest(), PolicyTypes.Request))
            .SetLazy("authorizer", () => CelAuthorizer.Value(Authorizer()))
            .SetLazy("authorizer.requestResource", () => CelAuthorizer.ResourceCheck(Authorizer(), RequestResource()));
        return hasNamespace ? bindings.SetLazy("namespaceObject", NamespaceObject) : bindings;
    }

    private CelValue ValueOf(ShownObject shown)
        => shown.As(match.Resource) is { IsEmpty: false } json ? JsonTreeReader.Instance.ToValue(JsonTree.Read(json.Span), CelType.Dyn) : CelValue.Null;

    private JsonMap ReadRequest()
    {
        var review = (JsonMap)JsonTree.Read(ReviewWriter.Write("v1", string.Empty, request, match, default, default).Span)!;
        var shown = (JsonMap)review["request"]!;
        shown.Remove("object");
        shown.Remove("oldObject");
        shown.Remove("uid");
        if (shown.TryGetValue("options", out var options) && options is null) { shown.Remove("options"); }
        return shown;
    }

    private PolicyAuthorizer Authorizer() => new(services.Decider, request.User, cancellationToken);

    private CelAuthorizationRequest RequestResource() => new()
    {
        Group = request.Resource.Group,
        Resource = request.Resource.Resource,
        Subresource = request.Subresource,
        Namespace = request.Namespace,
        Name = request.Name,
    };

    private CelValue NamespaceObject()
    {
        if (AdmissionTarget.IsNamespace(request.Resource) || request.Namespace.Length == 0) { return CelValue.Null; }
        var home = services.Objects.Find<V1Namespace>(ObjectKey.Cluster(request.Namespace));
        return home is null ? CelValue.Null : JsonTreeReader.Instance.ToValue(JsonTree.Read(ApiJson.Serialize(home)), PolicyTypes.Namespace);
    }
}
