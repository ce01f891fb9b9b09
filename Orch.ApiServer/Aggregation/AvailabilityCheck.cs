using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Discovery;
using Orch.ApiServer.Json;
using Orch.ApiServer.Proxying;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Aggregation;

/// <summary>Asks a service for its discovery: whether it is there, and what it serves.</summary>
internal sealed class AvailabilityCheck(AggregatedApis apis, ServiceLocator services, TimeProvider time)
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The condition that follows from the answer.</summary>
    public async Task<(bool IsAvailable, string Reason, string Message)> RunAsync(AggregatedApi api, CancellationToken cancellationToken)
    {
        api.IsChecked = true;
        var reference = api.Backend.Service.Spec.Service;
        var place = $"{reference.Name} in \"{reference.NamespaceProperty}\"";
        try
        {
            await services.FindAsync(reference.NamespaceProperty, reference.Name, api.Backend.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException fault)
        {
            return fault.Message switch
            {
                var text when text.StartsWith("no service port", StringComparison.Ordinal) => (false, "ServicePortError", $"service/{place} is not listening on port {api.Backend.Port}"),
                var text when text.StartsWith("no endpoints", StringComparison.Ordinal) => (false, "MissingEndpoints", $"endpoints for service/{place} have no addresses with port name \"{string.Empty}\""),
                _ => (false, "ServiceNotFound", $"service/{place} is not present"),
            };
        }

        var url = $"https://{api.Backend.Host}:{api.Backend.Port}/apis/{api.Group}/{api.Version}";
        using var timeout = new CancellationTokenSource(CallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, url);
            // Discovery is asked for as somebody who may see it everywhere.
            foreach (var (name, value) in AggregationProxy.HeadersOf(new UserInfo("system:kube-aggregator", ["system:masters"]))) { message.Headers.TryAddWithoutValidation(name, value); }
            using var answer = await api.Backend.Http.SendAsync(message, both.Token).ConfigureAwait(false);
            // As upstream: any answer but a failure says that somebody is there.
            if ((int)answer.StatusCode is < 200 or >= 300) { return Failed(url, $"bad status from {url}: {(int)answer.StatusCode}"); }
            var body = await ReadAsync(answer, MaxAnswerBytes, both.Token).ConfigureAwait(false);
            if (Read(body, api) is { } served) { apis.Note(api, served, Convert.ToHexString(SHA256.HashData(body))); }
            return (true, "Passed", "all checks passed");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or ApiException)
        {
            return Failed(url, $"Get \"{url}\": {(fault.InnerException ?? fault).Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(url, $"Get \"{url}\": context deadline exceeded");
        }
    }

    private static (bool IsAvailable, string Reason, string Message) Failed(string url, string why) => (false, "FailedDiscoveryCheck", $"failing or missing response from {url}: {why}");

    /// <summary>The body of an answer.</summary>
    /// <exception cref="IOException">It is larger than allowed.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        var content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var buffer = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (await content.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                buffer.Write(chunk, 0, read);
                if (buffer.Length > maxBytes) { throw new IOException("the answer is too large"); }
            }

            return buffer.ToArray();
        }
    }

    // Null: what came is no list of resources.
    private static List<DiscoveryResource>? Read(byte[] body, AggregatedApi api)
    {
        object? tree;
        try { tree = JsonTree.Read(body); }
        catch (JsonException) { return null; }
        if (tree is not JsonMap list || list.GetValueOrDefault("resources") is not JsonList items) { return null; }
        var all = new OrderedDictionary<string, DiscoveryResource>(StringComparer.Ordinal);
        foreach (var item in items.OfType<JsonMap>().OrderBy(static item => SchemaCompiler.Text(item, "name"), StringComparer.Ordinal))
        {
            var name = SchemaCompiler.Text(item, "name");
            var kind = new GroupVersionKind(
                SchemaCompiler.Text(item, "group") is { Length: > 0 } group ? group : api.Group, SchemaCompiler.Text(item, "version") is { Length: > 0 } version ? version : api.Version, SchemaCompiler.Text(item, "kind"));
            var verbs = SchemaCompiler.Texts(item, "verbs");
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0) { if (all.TryGetValue(name[..slash], out var parent)) { parent.Subresources.Add((name[(slash + 1)..], kind, verbs)); } continue; }
            all[name] = new DiscoveryResource(kind, name, item.GetValueOrDefault("namespaced") is true, verbs)
            {
                Singular = SchemaCompiler.Text(item, "singularName"), ShortNames = SchemaCompiler.Texts(item, "shortNames"), Categories = SchemaCompiler.Texts(item, "categories"),
            };
        }

        return [.. all.Values];
    }
}
