using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Proxying;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Asks a webhook to convert objects: <c>ConversionReview</c> over HTTPS.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion</remarks>
internal sealed class WebhookConverter : IObjectConverter, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private readonly string _group;
    private readonly string _reviewVersion;
    private readonly Uri _url;
    private readonly bool _isService;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public WebhookConverter(V1CustomResourceDefinition definition, Apiextensionsv1WebhookClientConfig client, IList<string> reviewVersions, Func<ServiceLocator> services, TimeProvider time)
    {
        _group = definition.Spec.Group;
        _time = time;
        _reviewVersion = reviewVersions.FirstOrDefault(static version => version is "v1" or "v1beta1") ?? "v1";
        ServicePlace? service = client.Service is { } named ? new ServicePlace(named.NamespaceProperty, named.Name, named.Port ?? 443) : null;
        _url = new Uri(service?.UrlOf(client.Service.Path) ?? client.Url);
        _isService = service is not null;
        // Requests may still be under way when a definition has changed, so nobody disposes of a converter then: idle connections close by themselves.
        _http = new HttpMessageInvoker(WebhookHandler.Create(client.CaBundle, service, services));
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<CustomObject>> ConvertAsync(IReadOnlyList<CustomObject> items, string apiVersion, CancellationToken cancellationToken)
    {
        var result = new CustomObject[items.Count];
        var asked = new List<int>(items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index].ApiVersion == apiVersion) { result[index] = items[index]; } else { asked.Add(index); }
        }

        if (asked.Count == 0) { return result; }
        var first = items[asked[0]];
        var name = $"{first.ApiVersion}, Kind={first.Kind}";
        var uid = Guid.NewGuid().ToString();
        var answer = await AskAsync(name, Request(uid, apiVersion, asked.Select(index => items[index])), cancellationToken).ConfigureAwait(false);
        var converted = ConversionAnswer.Read(answer, uid, name, asked.Count);
        for (var index = 0; index < asked.Count; index++) { result[asked[index]] = ConversionAnswer.Check(converted[index], items[asked[index]], apiVersion, name, index); }
        return result;
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private byte[] Request(string uid, string apiVersion, IEnumerable<CustomObject> items)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = JsonTree.MaxDepth * 2 }))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", "ConversionReview");
            writer.WriteString("apiVersion", $"apiextensions.k8s.io/{_reviewVersion}");
            writer.WriteStartObject("request");
            writer.WriteString("uid", uid);
            writer.WriteString("desiredAPIVersion", apiVersion);
            writer.WriteStartArray("objects");
            foreach (var item in items) { ApiJson.Serialize(writer, item, typeof(CustomObject)); }
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private async Task<byte[]> AskAsync(string name, byte[] body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, new UriBuilder(_url) { Query = "timeout=30s" }.Uri) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var answer = await _http.SendAsync(message, both.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) { throw ConversionAnswer.Failed(name, $"the server responded with the status code {(int)answer.StatusCode}"); }
            var content = await answer.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) { return await ReadAsync(content, name, both.Token).ConfigureAwait(false); }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            throw ConversionAnswer.Failed(name, $"Post \"{Shown(message.RequestUri!)}\": {(fault.InnerException ?? fault).Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ConversionAnswer.Failed(name, $"Post \"{Shown(message.RequestUri!)}\": context deadline exceeded");
        }
        catch (ApiException fault) when (fault.Code == 503)
        {
            throw ConversionAnswer.Failed(name, $"Post \"{Shown(message.RequestUri!)}\": {fault.Message}");
        }
    }

    // Of a service the port is told always.
    private string Shown(Uri url) => _isService ? $"{url.Scheme}://{url.Host}:{url.Port}{url.PathAndQuery}" : url.ToString();

    private static async Task<byte[]> ReadAsync(Stream content, string name, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await content.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxAnswerBytes) { throw ConversionAnswer.Failed(name, "the answer is too large"); }
        }

        return buffer.ToArray();
    }
}
