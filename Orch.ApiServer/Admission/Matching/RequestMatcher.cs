using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>Decides whether a webhook or a policy wants a request, by criteria compiled once; immutable and safe for concurrent use.</summary>
/// <remarks>The rules are upstream's for webhooks and policies; a fault of a selector counts only for requests that the rules match.</remarks>
internal sealed class RequestMatcher
{
    private readonly ResourceRule[] _rules;
    private readonly ResourceRule[] _excluded;
    private readonly bool _isOpen;
    private readonly bool _isEquivalent;
    private readonly LabelSelector _namespaces;
    private readonly LabelSelector _objects;
    private readonly string? _fault;

    /// <summary>Compiles criteria.</summary>
    public RequestMatcher(MatchCriteria criteria)
    {
        _rules = [.. criteria.Rules];
        _excluded = [.. criteria.ExcludedRules];
        _isOpen = criteria.IsOpenWithoutRules && _rules.Length == 0;
        _isEquivalent = criteria.MatchPolicy == "Equivalent";
        try
        {
            _namespaces = criteria.NamespaceSelector is null ? LabelSelector.Everything : LabelSelector.From(criteria.NamespaceSelector);
            _objects = criteria.ObjectSelector is null ? LabelSelector.Everything : LabelSelector.From(criteria.ObjectSelector);
        }
        catch (SelectorException exception)
        {
            (_namespaces, _objects, _fault) = (LabelSelector.Everything, LabelSelector.Everything, exception.Message);
        }
    }

    /// <summary>The form in which the request matches, or null when it does not.</summary>
    /// <param name="objects">Where the request's namespace is looked up, when a selector asks for its labels.</param>
    /// <exception cref="Client.ApiException">404: its namespace does not exist; 500: a selector cannot be read.</exception>
    public ValueTask<MatchedResource?> MatchAsync(AdmissionRequest request, IResourceEquivalents equivalents, IObjectLookup objects, CancellationToken cancellationToken)
    {
        if (Find(_excluded, request, equivalents) is not null) { return new((MatchedResource?)null); }
        var match = _isOpen ? new MatchedResource(request.Resource, request.Kind) : Find(_rules, request, equivalents);
        if (match is null) { return new((MatchedResource?)null); }
        if (_fault is not null) { throw ApiErrors.Internal(_fault); }
        if (!MatchesObject(request)) { return new((MatchedResource?)null); }
        return NeedsNamespace(request) ? MatchNamespaceAsync(match.Value, request, objects, cancellationToken) : new(match);
    }

    /// <summary>Whether a request like this may match at all; cheap.</summary>
    public bool MayMatch(AdmissionOperation operation, GroupVersionResource resource, string subresource)
    {
        // Which resources are equivalent is only known later.
        if (_isOpen || _isEquivalent) { return true; }
        foreach (var rule in _rules)
        {
            if (rule.CoversKindOfRequest(operation, resource, subresource)) { return true; }
        }

        return false;
    }

    private static bool HasLabels(IKubernetesObject? value, LabelSelector selector)
        => value is IMetadata<V1ObjectMeta> item && selector.Matches(item.Metadata?.Labels);

    private MatchedResource? Find(ResourceRule[] rules, AdmissionRequest request, IResourceEquivalents equivalents)
    {
        foreach (var rule in rules)
        {
            if (rule.Matches(request, request.Resource)) { return new MatchedResource(request.Resource, request.Kind); }
        }

        if (!_isEquivalent || rules.Length == 0) { return null; }
        var others = equivalents.OthersOf(request.Resource, request.Subresource);
        if (others.Count == 0) { return null; }
        foreach (var rule in rules)
        {
            foreach (var other in others)
            {
                if (rule.Matches(request, other.Resource)) { return other; }
            }
        }

        return null;
    }

    private bool MatchesObject(AdmissionRequest request)
        => _objects.IsEverything || HasLabels(request.Object, _objects) || HasLabels(request.OldObject, _objects);

    // Objects outside of namespaces cannot be exempted by a namespace's labels.
    private bool NeedsNamespace(AdmissionRequest request)
        => !_namespaces.IsEverything && (request.Namespace.Length > 0 || AdmissionTarget.IsNamespace(request.Resource));

    private async ValueTask<MatchedResource?> MatchNamespaceAsync(
        MatchedResource match, AdmissionRequest request, IObjectLookup objects, CancellationToken cancellationToken)
    {
        // A namespace that is just written has its new labels only in the request.
        if (AdmissionTarget.IsNamespace(request.Resource) && request is { Subresource.Length: 0, Operation: AdmissionOperation.Create or AdmissionOperation.Update, Object: V1Namespace written })
        {
            return _namespaces.Matches(written.Metadata?.Labels) ? match : null;
        }

        var key = ObjectKey.Cluster(AdmissionTarget.NamespaceOf(request));
        var home = objects.Find<V1Namespace>(key);
        if (home is null)
        {
            await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            home = objects.Find<V1Namespace>(key) ?? throw ApiErrors.NotFound(new GroupVersionResource(string.Empty, "v1", "namespaces"), key.Name);
        }

        return _namespaces.Matches(home.Metadata.Labels) ? match : null;
    }
}
