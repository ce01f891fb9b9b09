using System.Buffers;
using System.Net;
using System.Text;
using k8s;
using k8s.Models;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Testing.Networking;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>As much of an API server as kubectl needs to explain, create and apply: discovery, schemas, decoding and patches over a map.</summary>
internal sealed class SmallServer : IDisposable
{
    private static readonly ModelSchemas Schemas = new();
    private readonly RequestDecoder _decoder = new(new ObjectDecoder(Schemas), Schemas);
    private readonly Patcher _patcher = new(new ObjectDecoder(Schemas), Schemas);
    private readonly ResourceCatalog _catalog = new(BuiltInResources.All());
    private readonly OpenApiPublisher _publisher;
    private readonly Dictionary<string, byte[]> _objects = [];
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public SmallServer()
    {
        Url = $"http://127.0.0.1:{Ports.Reserve()}";
        _publisher = new OpenApiPublisher(new OpenApiWriter(_catalog, [], Schemas));
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Method, path and query, content type and body of every request.</summary>
    public List<string> Requests { get; } = [];

    // Without a stop before: closing looks for the port again, which somebody else may have taken by then.
    public void Dispose() => _listener.Close();

    public T Stored<T>(string path) => ApiJson.Deserialize<T>(_objects[path]);

    public void Store(string path, byte[] json) => _objects[path] = json;

    public string Raw(string path) => Encoding.UTF8.GetString(_objects[path]);

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try { context = await _listener.GetContextAsync(); }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException) { return; }
            Answer(context);
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        request.InputStream.CopyTo(body);
        Requests.Add($"{request.HttpMethod} {request.RawUrl} accept={request.Headers["Accept"]} type={request.ContentType} {Encoding.UTF8.GetString(body.ToArray())}");
        try
        {
            var (bytes, type) = Handle(request, body.ToArray(), context.Response);
            context.Response.ContentType = type;
            context.Response.Close(bytes, willBlock: true);
        }
        catch (ApiException exception)
        {
            context.Response.StatusCode = exception.Code;
            context.Response.ContentType = "application/json";
            context.Response.Close(ApiJson.Serialize(exception.Status), willBlock: true);
        }
    }

    private (byte[] Body, string Type) Handle(HttpListenerRequest request, byte[] body, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        if (path.StartsWith("/openapi", StringComparison.Ordinal) && _publisher.Find(path, request.Headers["Accept"] ?? string.Empty) is { } document)
        {
            return (document.ToBytes(), document.ContentType);
        }

        object? answer = path switch
        {
            "/version" => new VersionInfo { Major = "1", Minor = "33", GitVersion = "v1.33.0" },
            "/api" => new V1APIVersions { Kind = "APIVersions", Versions = ["v1"] },
            "/apis" => new V1APIGroupList
            {
                Kind = "APIGroupList", ApiVersion = "v1",
                Groups = [.. _catalog.All.Where(item => item.Kind.Group.Length > 0).GroupBy(item => item.Kind.Group).Select(static group => Group(group.Key))],
            },
            _ when _catalog.All.Where(item => item.Resource.PathPrefix == path).ToArray() is { Length: > 0 } items => Resources(items),
            _ => null,
        };
        if (answer is not null) { return (ApiJson.Serialize(answer, answer.GetType()), "application/json"); }
        return (HandleObject(request, path, body, response), "application/json");
    }

    private byte[] HandleObject(HttpListenerRequest request, string path, byte[] body, HttpListenerResponse response)
    {
        var declaration = _catalog.All.FirstOrDefault(item => path.StartsWith(item.Resource.PathPrefix + "/", StringComparison.Ordinal) && path.Split('/').Contains(item.Resource.Resource)
            && !(item.Resource.Resource == "namespaces" && path.Split('/').Length > 5)) ?? throw NotFound(path);
        var validation = Enum.TryParse<FieldValidation>(request.QueryString["fieldValidation"], out var parsed) ? parsed : FieldValidation.Warn;
        switch (request.HttpMethod)
        {
            case "POST":
                var created = (IKubernetesObject<V1ObjectMeta>)_decoder.Decode(new DecodeRequest(body, request.ContentType ?? string.Empty, declaration.Kind, declaration.ObjectType, validation)).Value;
                declaration.Default(created);
                response.StatusCode = 201;
                return _objects[$"{path}/{created.Metadata.Name}"] = ApiJson.Serialize(created, declaration.ObjectType);
            case "PATCH":
                var kind = request.ContentType switch
                {
                    "application/json-patch+json" => PatchKind.Json,
                    "application/merge-patch+json" => PatchKind.Merge,
                    _ => PatchKind.StrategicMerge,
                };
                var patched = _patcher.Apply(new PatchRequest(kind, _objects[path], body, declaration.Kind, declaration.ObjectType) { FieldValidation = validation }).Value;
                declaration.Default((IKubernetesObject<V1ObjectMeta>)patched);
                return _objects[path] = ApiJson.Serialize(patched, declaration.ObjectType);
            default: return _objects.TryGetValue(path, out var stored) ? stored : throw NotFound(path);
        }
    }

    private static V1APIGroup Group(string name) => new()
    {
        Name = name,
        Versions = [new V1GroupVersionForDiscovery { GroupVersion = $"{name}/v1", Version = "v1" }],
        PreferredVersion = new V1GroupVersionForDiscovery { GroupVersion = $"{name}/v1", Version = "v1" },
    };

    private static V1APIResourceList Resources(ResourceDeclaration[] items) => new()
    {
        Kind = "APIResourceList", ApiVersion = "v1", GroupVersion = items[0].Kind.ApiVersion,
        Resources = [.. items.Select(static item => new V1APIResource
        {
            Name = item.Resource.Resource, SingularName = item.Singular, Kind = item.Kind.Kind, Namespaced = item.Scope == ResourceScope.Namespaced,
            ShortNames = [.. item.ShortNames], Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        })],
    };

    private static ApiException NotFound(string path) => new(new V1Status
    {
        ApiVersion = "v1", Kind = "Status", Status = "Failure", Reason = "NotFound", Code = 404, Message = $"{path} not found", Metadata = new V1ListMeta(), Details = new V1StatusDetails(),
    });
}
