using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Orch.Client.Http;
using Orch.Resources;
using Orch.Serialization;
using Orch.Testing.Fakes;

namespace Orch.Client.Tests.Http;

/// <summary>A <see cref="FakeCluster"/> behind real HTTPS, with the API's paths.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private static readonly Dictionary<GroupVersionResource, Type> Types = typeof(V1Pod).Assembly.GetTypes()
        .Where(type => typeof(IKubernetesObject<V1ObjectMeta>).IsAssignableFrom(type) && ResourceTypes.TryOf(type, out _))
        .GroupBy(type => ResourceTypes.Of(type).Resource).ToDictionary(group => group.Key, group => group.First());

    private readonly FakeCluster _cluster;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private FakeApiServer(FakeCluster cluster)
    {
        _cluster = cluster;
        (Authority, var certificate) = Certificates();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public X509Certificate2 Authority { get; }

    public Uri Address => new(_app.Urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));

    /// <summary>Requests seen, by head.</summary>
    public List<(string Method, string Path, string Protocol, string? Authorization, string? UserAgent, string? ClientCertificate)> Requests { get; } = [];

    /// <summary>Answers the next requests instead of the cluster.</summary>
    public Queue<Func<HttpContext, Task>> Instead { get; } = new();

    public ClusterConnection Connection => new() { Server = Address, TrustedAuthorities = [Authority] };

    public static async Task<FakeApiServer> StartAsync(FakeCluster cluster)
    {
        var server = new FakeApiServer(cluster);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
    }

    private static (X509Certificate2 Authority, X509Certificate2 Server) Certificates()
    {
        var from = DateTimeOffset.UtcNow.AddHours(-1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=test-ca", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = authority.CreateSelfSigned(from, from.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(root, from, from.AddHours(20), RandomNumberGenerator.GetBytes(8));
        return (X509CertificateLoader.LoadCertificate(root.RawData), signed.CopyWithPrivateKey(key));
    }

    private async Task HandleAsync(HttpContext context)
    {
        lock (Requests)
        {
            Requests.Add((context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Protocol,
                context.Request.Headers.Authorization, context.Request.Headers.UserAgent, context.Connection.ClientCertificate?.Subject));
        }

        Func<HttpContext, Task>? instead;
        lock (Instead) { Instead.TryDequeue(out instead); }
        if (instead is not null)
        {
            await instead(context);
            return;
        }

        try
        {
            var parts = context.Request.Path.Value!.Trim('/').Split('/');
            var (group, rest) = parts[0] == "api" ? (string.Empty, parts[1..]) : (parts[1], parts[2..]);
            var version = rest[0];
            rest = rest[1..];
            var namespaceName = string.Empty;
            if (rest is ["namespaces", _, _, ..])
            {
                namespaceName = rest[1];
                rest = rest[2..];
            }

            if (!Types.TryGetValue(new GroupVersionResource(group, version, rest[0]), out var type)) { throw ApiErrors.NotFound(); }
            var call = typeof(FakeApiServer).GetMethod(nameof(ServeAsync), BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(type);
            await (Task)call.Invoke(this, [context, namespaceName, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2)])!;
        }
        catch (ApiException exception)
        {
            context.Response.StatusCode = exception.Code;
            await WriteAsync(context, exception.Status);
        }
    }

    private async Task ServeAsync<T>(HttpContext context, string namespaceName, string? name, string? subresource)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var client = _cluster.Resource<T>();
        var stop = context.RequestAborted;
        var query = context.Request.Query;
        var key = new ObjectKey(namespaceName, name ?? string.Empty);
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, stop);
        var body = buffer.ToArray();
        switch (context.Request.Method)
        {
            case "GET" when query["watch"] == "true":
                await WatchAsync(context, client, namespaceName);
                break;
            case "GET" when name is null:
                var list = await client.ListAsync(
                    new ListRequest
                    {
                        Namespace = namespaceName,
                        LabelSelector = query["labelSelector"].ToString(),
                        FieldSelector = query["fieldSelector"].ToString(),
                        Limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) ? limit : 0,
                        Continue = query["continue"].ToString(),
                    }, stop);
                await WriteAsync(context, new { kind = "List", metadata = new { resourceVersion = list.ResourceVersion, @continue = list.Continue }, items = list.Items.Select(Bare) });
                break;
            case "GET" when subresource == "scale": await WriteAsync(context, await client.GetSubresourceAsync<V1Scale>(key, subresource, stop)); break;
            case "GET": await WriteAsync(context, await client.GetAsync(key, stop)); break;
            case "POST" when subresource == "binding":
                await client.CreateSubresourceAsync(key, subresource, ApiJson.Deserialize<V1Binding>(body), stop);
                context.Response.StatusCode = 201;
                await WriteAsync(context, new V1Status { ApiVersion = "v1", Kind = "Status", Status = "Success", Code = 201 });
                break;
            case "POST" when subresource == "token": await WriteAsync(context, await client.CreateSubresourceAsync(key, subresource, ApiJson.Deserialize<Authenticationv1TokenRequest>(body), stop)); break;
            case "POST":
                var item = Read<T>(body);
                item.Metadata.NamespaceProperty ??= namespaceName.Length > 0 ? namespaceName : null;
                context.Response.StatusCode = 201;
                await WriteAsync(context, await client.CreateAsync(item, stop));
                break;
            case "PUT" when subresource == "status": await WriteAsync(context, await client.UpdateStatusAsync(Read<T>(body), stop)); break;
            case "PUT" when subresource == "scale": await WriteAsync(context, await client.UpdateSubresourceAsync(key, subresource, ApiJson.Deserialize<V1Scale>(body), stop)); break;
            case "PUT": await WriteAsync(context, await client.UpdateAsync(Read<T>(body), stop)); break;
            case "PATCH":
                var kind = context.Request.ContentType switch
                {
                    "application/json-patch+json" => PatchKind.Json,
                    "application/merge-patch+json" => PatchKind.Merge,
                    "application/strategic-merge-patch+json" => PatchKind.StrategicMerge,
                    var other => throw ApiErrors.UnsupportedMediaType($"{other} is no patch"),
                };
                await WriteAsync(context, await client.PatchAsync(key, new ResourcePatch(kind, body, subresource), stop));
                break;
            case "DELETE":
                var options = ApiJson.Deserialize<V1DeleteOptions>(body);
                await client.DeleteAsync(
                    key,
                    new DeleteRequest
                    {
                        GracePeriod = options.GracePeriodSeconds is { } grace ? TimeSpan.FromSeconds(grace) : null,
                        PropagationPolicy = options.PropagationPolicy,
                        PreconditionUid = options.Preconditions?.Uid,
                        PreconditionResourceVersion = options.Preconditions?.ResourceVersion,
                    }, stop);
                await WriteAsync(context, new V1Status { ApiVersion = "v1", Kind = "Status", Status = "Success" });
                break;
        }
    }

    // A server insists on what a body is.
    private static T Read<T>(byte[] body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var item = ApiJson.Deserialize<T>(body);
        var kind = ResourceTypes.Of<T>().Kind;
        return item.Kind == kind.Kind && item.ApiVersion == kind.ApiVersion ? item : throw ApiErrors.BadRequest("Object 'Kind' is missing");
    }

    private static JsonObject Bare<T>(T item)
    {
        var json = JsonNode.Parse(ApiJson.Serialize(item))!.AsObject();
        json.Remove("kind");
        json.Remove("apiVersion");
        return json;
    }

    private static async Task WriteAsync(HttpContext context, object? value)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(ApiJson.Serialize(value!, value!.GetType()));
    }

    private async Task WatchAsync<T>(HttpContext context, IResourceClient<T> client, string namespaceName)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var query = context.Request.Query;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
        var request = new WatchRequest(query["resourceVersion"].ToString())
        {
            Namespace = namespaceName,
            LabelSelector = query["labelSelector"].ToString(),
            FieldSelector = query["fieldSelector"].ToString(),
        };
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(stop.Token);
        try
        {
            await foreach (var change in client.WatchAsync(request, stop.Token))
            {
                object? body = change.Kind == WatchEventKind.Bookmark ? new { metadata = new { resourceVersion = change.ResourceVersion } } : change.Object;
                await LineAsync(change.Kind.ToString().ToUpperInvariant(), body!);
            }
        }
        catch (ApiException exception)
        {
            await LineAsync("ERROR", exception.Status);
        }
        catch (OperationCanceledException)
        {
        }

        async Task LineAsync(string type, object body)
        {
            var line = $$"""{"type":"{{type}}","object":{{Encoding.UTF8.GetString(ApiJson.Serialize(body, body.GetType()))}}}""" + "\n";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), stop.Token);
            await context.Response.Body.FlushAsync(stop.Token);
        }
    }
}
