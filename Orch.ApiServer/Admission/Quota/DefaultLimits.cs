using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Quotas;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>What objects may only use where a quota covers it, by the server's configuration.</summary>
internal sealed class DefaultLimits(IOptions<ApiServerOptions> options)
{
    private readonly LimitedResource[] _limited = [.. options.Value.ResourceQuota.LimitedResources];

    /// <summary>Whether objects of a resource may be limited; usually no.</summary>
    public bool Concern(GroupVersionResource resource)
    {
        foreach (var limited in _limited)
        {
            // Scopes limit whatever can lie in them, as upstream.
            if (IsOf(limited, resource) || (limited.MatchScopes.Count > 0 && resource is { Group: "", Resource: "pods" or "persistentvolumeclaims" })) { return true; }
        }

        return false;
    }

    /// <summary>Checks that quotas cover what a request uses.</summary>
    /// <param name="covered">The names that matching quotas limit.</param>
    /// <param name="scopes">The scopes of all quotas in which the object lies.</param>
    /// <exception cref="ApiException">They do not.</exception>
    public void Check(
        AdmissionRequest request, QuotaEvaluator evaluator, Dictionary<string, ResourceQuantity> usage, IReadOnlySet<string> covered, IReadOnlyList<V1ScopedResourceSelectorRequirement> scopes)
    {
        if (_limited.Length == 0) { return; }
        string[] open =
        [
            .. usage.Where(pair => pair.Value.ToDecimal() > 0 && !covered.Contains(pair.Key) && _limited.Any(limited => IsOf(limited, request.Resource) && limited.MatchContains.Any(part => pair.Key.Contains(part, StringComparison.Ordinal))))
                .Select(static pair => pair.Key).Order(StringComparer.Ordinal),
        ];
        if (open.Length > 0) { throw AdmissionRefusal.Forbidden(request, $"insufficient quota to consume: {string.Join(',', open)}"); }
        var uncovered = ScopesOf(evaluator, request.Object!).Where(limited => !scopes.Any(scope => scope.ScopeName == limited.ScopeName)).ToArray();
        if (uncovered.Length > 0) { throw Refusal(uncovered); }
    }

    private static bool IsOf(LimitedResource limited, GroupVersionResource resource) => limited.ApiGroup == resource.Group && limited.Resource == resource.Resource;

    private IEnumerable<V1ScopedResourceSelectorRequirement> ScopesOf(QuotaEvaluator evaluator, IKubernetesObject value)
        => _limited.SelectMany(static limited => limited.MatchScopes).Where(scope => evaluator.IsInScope(scope, value));

    // Upstream gives no status of its own to this one, so it comes as a fault of the server.
    private static ApiException Refusal(V1ScopedResourceSelectorRequirement[] scopes)
    {
        var shown = scopes.Select(static scope => $"{{{scope.ScopeName} {scope.OperatorProperty} [{string.Join(' ', scope.Values ?? [])}]}}");
        return new ApiException(new V1Status
        {
            ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = 500, Message = $"insufficient quota to match these scopes: [{string.Join(' ', shown)}]",
        });
    }
}
