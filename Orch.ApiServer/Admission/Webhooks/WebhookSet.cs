using k8s;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Policies;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>All webhooks of one sort, compiled once for each revision of their configurations.</summary>
/// <typeparam name="T">The configuration's model.</typeparam>
internal sealed class WebhookSet<T>(IObjectLookup objects, ServiceLocator services, Func<T, IEnumerable<WebhookDefinition>> webhooksOf)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private Compiled _compiled = new(0, [], new Dictionary<string, WebhookEndpoint>());

    /// <summary>Ordered by the names of the configurations; usually empty, which costs next to nothing to find out.</summary>
    public IReadOnlyList<Webhook> All
    {
        get
        {
            var version = objects.Version<T>();
            var compiled = Volatile.Read(ref _compiled);
            return compiled.Version == version ? compiled.Webhooks : Compile(version);
        }
    }

    /// <summary>Whether some webhook may want such a request.</summary>
    public bool MayHandle(AdmissionOperation operation, GroupVersionResource resource, string subresource)
    {
        var all = All;
        if (all.Count == 0 || AdmissionTarget.IsAdmissionConfiguration(resource)) { return false; }
        foreach (var webhook in all)
        {
            if (webhook.Matcher.MayMatch(operation, resource, subresource)) { return true; }
        }

        return false;
    }

    private IReadOnlyList<Webhook> Compile(long version)
    {
        lock (_gate)
        {
            if (_compiled.Version == version) { return _compiled.Webhooks; }
            var webhooks = new List<Webhook>();
            var endpoints = new Dictionary<string, WebhookEndpoint>(StringComparer.Ordinal);
            foreach (var configuration in objects.List<T>().OrderBy(static item => item.Metadata.Name, StringComparer.Ordinal))
            {
                foreach (var definition in webhooksOf(configuration)) { webhooks.Add(Compile(definition, webhooks.Count, endpoints)); }
            }

            // What is not taken over is not disposed: calls may still use it, and idle connections end by themselves.
            Volatile.Write(ref _compiled, new Compiled(version, webhooks, endpoints));
            return webhooks;
        }
    }

    private Webhook Compile(WebhookDefinition definition, int index, Dictionary<string, WebhookEndpoint> endpoints)
    {
        var matcher = new RequestMatcher(definition.Criteria);
        var compiled = definition.Conditions.Count == 0 ? null : new PolicyCode(hasParams: false, definition.Conditions, null);
        try
        {
            var endpoint = WebhookEndpoint.Create(definition.Client, services, endpoints);
            if (!endpoints.ContainsKey(endpoint.Key) && _compiled.Endpoints.ContainsKey(endpoint.Key)) { endpoint = WebhookEndpoint.Create(definition.Client, services, _compiled.Endpoints); }
            endpoints.TryAdd(endpoint.Key, endpoint);
            return new Webhook(definition, matcher, endpoint, compiled, index);
        }
        catch (FormatException exception)
        {
            return new Webhook(definition, matcher, null, compiled, index) { Fault = exception.Message };
        }
    }

    private sealed record Compiled(long Version, IReadOnlyList<Webhook> Webhooks, IReadOnlyDictionary<string, WebhookEndpoint> Endpoints);
}
