using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Client.Http;

/// <summary>One resource over HTTPS.</summary>
internal sealed class HttpResourceClient<T>(ApiTransport transport, string userAgent, KindInfo kind) : IResourceClient<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken)
        => transport.SendAsync<T>(Request(HttpMethod.Get, Path(key)), cancellationToken);

    public async Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var query = new QueryBuilder()
            .Add("labelSelector", request.LabelSelector)
            .Add("fieldSelector", request.FieldSelector)
            .Add("limit", request.Limit)
            .Add("continue", request.Continue)
            .Add("resourceVersion", request.ResourceVersion);
        var list = await transport.SendAsync<Envelope>(Request(HttpMethod.Get, Path(request.Namespace) + query) with { Accept = PartialObjects.Accept<T>(isList: true) }, cancellationToken).ConfigureAwait(false);
        // In a list the server says the kind only once.
        foreach (var item in list.Items) { Complete(item); }
        return new ResourceList<T>(list.Items, list.Metadata?.ResourceVersion ?? string.Empty, string.IsNullOrEmpty(list.Metadata?.ContinueProperty) ? null : list.Metadata.ContinueProperty);
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lifetime = transport.NextWatchTimeout();
        var query = new QueryBuilder()
            .Add("watch", "true")
            .Add("allowWatchBookmarks", "true")
            .Add("resourceVersion", request.ResourceVersion)
            .Add("labelSelector", request.LabelSelector)
            .Add("fieldSelector", request.FieldSelector)
            .Add("timeoutSeconds", (long)lifetime.TotalSeconds);
        // A server that neither sends nor ends the watch when it was to is not there any more.
        using var overdue = new CancellationTokenSource(lifetime + TimeSpan.FromSeconds(30), transport.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        using var response = await transport.OpenAsync(Request(HttpMethod.Get, Path(request.Namespace) + query), both.Token).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
        await foreach (var change in WatchStream.ReadAsync<T>(stream, both.Token).ConfigureAwait(false))
        {
            if (change.Object is { } item) { Complete(item); }
            yield return change;
        }
    }

    public Task<T> CreateAsync(T resource, CancellationToken cancellationToken)
        => transport.SendAsync<T>(Request(HttpMethod.Post, Path(resource.Key().Namespace), resource), cancellationToken);

    public Task<T> UpdateAsync(T resource, CancellationToken cancellationToken)
        => transport.SendAsync<T>(Request(HttpMethod.Put, Path(resource.Key()), resource), cancellationToken);

    public Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken) => UpdateSubresourceAsync(resource, "status", cancellationToken);

    public Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken)
        => transport.SendAsync<T>(Request(HttpMethod.Put, Path(resource.Key(), subresource), resource), cancellationToken);

    public Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        var query = new QueryBuilder().Add("fieldManager", patch.FieldManager ?? string.Empty).Add("force", patch.Force ? "true" : string.Empty);
        var request = Request(HttpMethod.Patch, Path(key, patch.Subresource) + query) with
        {
            Body = patch.Body,
            ContentType = patch.Kind switch
            {
                PatchKind.Json => "application/json-patch+json",
                PatchKind.Merge => "application/merge-patch+json",
                PatchKind.Apply => "application/apply-patch+yaml",
                _ => "application/strategic-merge-patch+json",
            },
        };
        return transport.SendAsync<T>(request, cancellationToken);
    }

    public Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
    {
        var hasPreconditions = request.PreconditionUid is not null || request.PreconditionResourceVersion is not null;
        var body = new V1DeleteOptions
        {
            ApiVersion = "v1",
            Kind = "DeleteOptions",
            GracePeriodSeconds = request.GracePeriod is { } grace ? (long)grace.TotalSeconds : null,
            PropagationPolicy = request.PropagationPolicy,
            Preconditions = hasPreconditions ? new V1Preconditions { Uid = request.PreconditionUid, ResourceVersion = request.PreconditionResourceVersion } : null,
        };
        return transport.SendAsync<object?>(Request(HttpMethod.Delete, Path(key), body) with { Accept = "application/json", Read = static _ => null }, cancellationToken);
    }

    public Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
        => transport.SendAsync<TBody?>(Request(HttpMethod.Post, Path(key, subresource), body) with { Read = ReadUnlessStatus<TBody> }, cancellationToken);

    public Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
        => transport.SendAsync<TBody>(Request(HttpMethod.Put, Path(key, subresource), body), cancellationToken);

    public Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
        => transport.SendAsync<TBody>(Request(HttpMethod.Get, Path(key, subresource)) with { Accept = PartialObjects.Accept<TBody>() }, cancellationToken);

    private static TBody? ReadUnlessStatus<TBody>(byte[] body)
        where TBody : class
    {
        var stated = ApiJson.Deserialize<TypeMeta>(body);
        return stated is { Kind: "Status" } && typeof(TBody) != typeof(V1Status) ? null : ApiJson.Deserialize<TBody>(body);
    }

    private void Complete(T item)
    {
        item.ApiVersion ??= kind.Kind.ApiVersion;
        item.Kind ??= kind.Kind.Kind;
    }

    private ApiRequest Request(HttpMethod method, string path) => new(method, path, userAgent) { Accept = PartialObjects.Accept<T>() };

    // The server insists on kind and version in a body; a caller need not fill them in.
    private ApiRequest Request(HttpMethod method, string path, IKubernetesObject body)
    {
        var type = body.GetType();
        var bytes = ApiJson.Serialize(body, type);
        if ((string.IsNullOrEmpty(body.ApiVersion) || string.IsNullOrEmpty(body.Kind)) && ResourceTypes.TryOf(type, out var known))
        {
            var stated = System.Text.Json.Nodes.JsonNode.Parse(bytes)!.AsObject();
            stated["apiVersion"] = known.Kind.ApiVersion;
            stated["kind"] = known.Kind.Kind;
            bytes = ApiJson.Serialize(stated);
        }

        return Request(method, path) with { Body = bytes };
    }

    private string Path(string namespaceName)
        => kind.IsNamespaced && namespaceName.Length > 0
            ? $"{kind.Resource.PathPrefix}/namespaces/{Uri.EscapeDataString(namespaceName)}/{kind.Resource.Resource}"
            : $"{kind.Resource.PathPrefix}/{kind.Resource.Resource}";

    private string Path(ObjectKey key, string? subresource = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key.Name, nameof(key));
        var path = $"{Path(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
        return string.IsNullOrEmpty(subresource) ? path : $"{path}/{subresource}";
    }

    private sealed record Envelope
    {
        [JsonPropertyName("metadata")]
        public V1ListMeta? Metadata { get; init; }

        [JsonPropertyName("items")]
        public IReadOnlyList<T> Items { get; init; } = [];
    }

    private sealed record TypeMeta
    {
        [JsonPropertyName("kind")]
        public string? Kind { get; init; }
    }
}
