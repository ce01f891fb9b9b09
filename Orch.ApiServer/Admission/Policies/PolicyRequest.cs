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
/// <param name="services">Where things are looked up.</param>
/// <param name="request">As admission sees it.</param>
/// <param name="match">The form that the policy matched.</param>
/// <param name="value">The object.</param>
/// <param name="old">The old object.</param>
/// <param name="authorizer">Answers expressions; shared by all policies that see the request.</param>
/// <param name="cancellationToken">Ends evaluations.</param>
internal sealed class PolicyRequest(
    PolicyServices services, AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, PolicyAuthorizer authorizer, CancellationToken cancellationToken)
{
    private JsonMap? _request;
    private CelValue? _object;
    private CelValue? _oldObject;

    /// <summary>As admission sees it.</summary>
    public AdmissionRequest Request => request;

    /// <summary>The form that the policy matched.</summary>
    public MatchedResource Match => match;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Answers the questions of expressions.</summary>
    public PolicyAuthorizer Authorizer => authorizer;

    /// <summary>Binds everything but parameters and variables.</summary>
    public CelBindings Bind(CelEnvironment environment) => new CelBindings(environment)
        .SetLazy("object", () => _object ??= ValueOf(value))
        .SetLazy("oldObject", () => _oldObject ??= ValueOf(old))
        .SetLazy("request", () => JsonTreeReader.Instance.ToValue(_request ??= ReadRequest(), PolicyTypes.Request))
        .SetLazy("namespaceObject", NamespaceObject)
        .SetLazy("authorizer", () => CelAuthorizer.Value(authorizer))
        .SetLazy("authorizer.requestResource", () => CelAuthorizer.ResourceCheck(authorizer, RequestResource()));

    private CelValue ValueOf(ShownObject shown)
        => shown.As(match.Resource) is { IsEmpty: false } json ? JsonTreeReader.Instance.ToValue(JsonTree.Read(json.Span), CelType.Dyn) : CelValue.Null;

    private JsonMap ReadRequest()
    {
        var shown = (JsonMap)JsonTree.Read(ReviewWriter.WriteRequest(request, match).Span)!;
        if (shown.TryGetValue("options", out var options) && options is null) { shown.Remove("options"); }
        return shown;
    }

    private CelAuthorizationRequest RequestResource() => new()
    {
        Group = request.Resource.Group,
        Resource = request.Resource.Resource,
        Subresource = request.Subresource,
        Namespace = AdmissionTarget.NamespaceOf(request),
        Name = request.Name,
    };

    private CelValue NamespaceObject()
    {
        if (AdmissionTarget.IsNamespace(request.Resource) || request.Namespace.Length == 0) { return CelValue.Null; }
        var home = services.Objects.Find<V1Namespace>(ObjectKey.Cluster(request.Namespace));
        return home is null ? CelValue.Null : JsonTreeReader.Instance.ToValue(JsonTree.Read(ApiJson.Serialize(home)), PolicyTypes.Namespace);
    }
}
