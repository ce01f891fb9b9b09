using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;
using Orch.Resources;

namespace Orch.ApiServer.Discovery;

/// <summary>Tells what is served: <c>/api</c>, <c>/apis</c> and below, plain and aggregated.</summary>
internal sealed class DiscoveryHandler(ResourceCatalog catalog, IEnumerable<ICreateHandler> creates, IEnumerable<IConnectHandler> connects, IEnumerable<IReadHandler> computed, Aggregation.AggregatedApis services, ServerPaths paths, BuiltInPaths builtIn) : IPathHandler
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Body, string ETag)> _documents = new(StringComparer.Ordinal);
    private Lazy<ILookup<(string Group, string Version), DiscoveryResource>> _resources = new(() => DiscoveryResource.Of(catalog, creates, connects, computed, services));
    private long _version;

    /// <inheritdoc />
    public bool Handles(string path) => path is "/" or "/index.html" or "/api" or "/apis" || path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/apis/", StringComparison.Ordinal);

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb is not ("get" or "head")) { throw Refusals.MethodNotAllowed(); }
        var path = request.Info.Path.Length > 1 ? request.Info.Path.TrimEnd('/') : request.Info.Path;
        var form = DiscoveryForm.Choose(path, request.Accept);
        if (Document(path, form.Aggregated, form.Form.IsProtobuf) is not var (body, etag))
        {
            if (builtIn.Claims(path)) { throw Refusals.NoSuchPath(); }
            await Refusals.AnswerNoSuchPageAsync(request).ConfigureAwait(false);
            return;
        }

        var response = request.Http.Response;
        if (form.Aggregated is not null)
        {
            response.Headers.ETag = etag;
            response.Headers.Vary = "Accept";
            if (request.Http.Request.Headers.IfNoneMatch == etag) { response.StatusCode = StatusCodes.Status304NotModified; return; }
        }
        else if (!form.Form.IsProtobuf)
        {
            await Answer.BytesAsync(request, StatusCodes.Status200OK, body, form.Form.IsYaml).ConfigureAwait(false);
            return;
        }

        if (form.Form.IsYaml) { body = YamlOutput.FromJson(body.Span); }
        Answer.Begin(request, StatusCodes.Status200OK, form.ContentType);
        if (form.Aggregated is not null) { response.Headers.CacheControl = "public"; }
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, request.Cancellation).ConfigureAwait(false);
    }

    private static void WriteKind(Utf8JsonWriter json, string kind, string version)
    {
        json.WriteString("kind", kind);
        json.WriteString("apiVersion", version);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) { return; }
        json.WriteStartArray(name);
        foreach (var value in values) { json.WriteStringValue(value); }
        json.WriteEndArray();
    }

    private static void WriteGroupVersion(Utf8JsonWriter json, string group, string version)
    {
        json.WriteStartObject();
        json.WriteString("groupVersion", $"{group}/{version}");
        json.WriteString("version", version);
        json.WriteEndObject();
    }

    // The tag is that of the document, in whatever form it is sent.
    private (ReadOnlyMemory<byte> Body, string ETag)? Document(string path, string? aggregated, bool isProtobuf)
    {
        var key = $"{path};{aggregated};{(isProtobuf ? "protobuf" : "json")}";
        lock (_gate)
        {
            if (catalog.Version + services.Version is var version && version != _version)
            {
                _documents.Clear();
                _resources = new(() => DiscoveryResource.Of(catalog, creates, connects, computed, services));
                _version = version;
            }

            if (_documents.TryGetValue(key, out var known)) { return known; }
            if (Build(path, aggregated) is not { } json) { return null; }
            var document = ((ReadOnlyMemory<byte>)(isProtobuf ? DiscoveryMessage.Pack(json) : json), $"\"{Convert.ToHexString(SHA256.HashData(json))}\"");
            _documents[key] = document;
            return document;
        }
    }

    private byte[]? Build(string path, string? aggregated)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        var isKnown = (path, aggregated) switch
        {
            ("/" or "/index.html", _) => WritePaths(json),
            ("/api", null) => WriteVersions(json),
            ("/apis", null) => WriteGroups(json),
            ("/api", _) => WriteAggregated(json, aggregated, isCore: true),
            ("/apis", _) => WriteAggregated(json, aggregated, isCore: false),
            _ => WriteBelow(json, path.Split('/', StringSplitOptions.RemoveEmptyEntries)),
        };
        json.Flush();
        return isKnown ? buffer.ToArray() : null;
    }

    private bool WriteBelow(Utf8JsonWriter json, string[] parts) => parts switch
    {
        ["api", var version] => WriteResources(json, string.Empty, version),
        ["apis", var group] => WriteGroup(json, group),
        ["apis", var group, var version] => WriteResources(json, group, version),
        _ => false,
    };

    private IEnumerable<string> Groups(bool byService = true) => services.Priorities.Order(_resources.Value.Select(item => item.Key.Group).Distinct(), byService);

    private IReadOnlyList<string> VersionsOf(string group)
        => [.. services.Priorities.Order(group, _resources.Value.Select(item => item.Key).Where(item => item.Group == group).Select(item => item.Version).Distinct())];

    private bool WritePaths(Utf8JsonWriter json)
    {
        var groups = _resources.Value.Select(item => item.Key).Where(static item => item.Group.Length > 0).SelectMany(static item => (string[])[$"/apis/{item.Group}", $"/apis/{item.Group}/{item.Version}"]);
        json.WriteStartObject();
        WriteList(json, "paths", [.. paths.All.Concat(groups).Distinct().Order(StringComparer.Ordinal)]);
        json.WriteEndObject();
        return true;
    }

    private bool WriteVersions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kind", "APIVersions");
        WriteList(json, "versions", VersionsOf(string.Empty));
        json.WriteStartArray("serverAddressByClientCIDRs");
        if (paths.Address is { } address)
        {
            json.WriteStartObject();
            json.WriteString("clientCIDR", "0.0.0.0/0");
            json.WriteString("serverAddress", address);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private bool WriteGroups(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteKind(json, "APIGroupList", "v1");
        json.WriteStartArray("groups");
        foreach (var group in Groups().Where(static group => group.Length > 0)) { WriteGroupBody(json, group, isAlone: false); }
        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private bool WriteGroup(Utf8JsonWriter json, string group)
    {
        if (group.Length == 0 || !Groups().Contains(group)) { return false; }
        WriteGroupBody(json, group, isAlone: true);
        return true;
    }

    private void WriteGroupBody(Utf8JsonWriter json, string group, bool isAlone)
    {
        var versions = VersionsOf(group);
        json.WriteStartObject();
        if (isAlone) { WriteKind(json, "APIGroup", "v1"); }
        json.WriteString("name", group);
        json.WriteStartArray("versions");
        foreach (var version in versions) { WriteGroupVersion(json, group, version); }
        json.WriteEndArray();
        json.WritePropertyName("preferredVersion");
        WriteGroupVersion(json, group, versions[0]);
        json.WriteEndObject();
    }

    private bool WriteResources(Utf8JsonWriter json, string group, string version)
    {
        var resources = _resources.Value[(group, version)];
        if (!resources.Any()) { return false; }
        json.WriteStartObject();
        // The core group's list has always gone without a version of its own.
        if (group.Length == 0) { json.WriteString("kind", "APIResourceList"); } else { WriteKind(json, "APIResourceList", "v1"); }
        json.WriteString("groupVersion", group.Length == 0 ? version : $"{group}/{version}");
        json.WriteStartArray("resources");
        foreach (var resource in resources)
        {
            WriteResource(json, group, version, resource.Plural, resource.Singular, resource, resource.Kind, resource.Verbs);
            foreach (var (name, kind, verbs) in resource.Subresources) { WriteResource(json, group, version, $"{resource.Plural}/{name}", string.Empty, resource, kind, verbs); }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private static void WriteResource(
        Utf8JsonWriter json, string group, string version, string name, string singular, DiscoveryResource resource, GroupVersionKind kind, IReadOnlyList<string> verbs)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("singularName", singular);
        json.WriteBoolean("namespaced", resource.IsNamespaced);
        if (kind.Group != group || kind.Version != version)
        {
            json.WriteString("group", kind.Group);
            json.WriteString("version", kind.Version);
        }

        json.WriteString("kind", kind.Kind);
        json.WriteStartArray("verbs");
        foreach (var verb in verbs) { json.WriteStringValue(verb); }
        json.WriteEndArray();
        if (singular.Length > 0)
        {
            WriteList(json, "shortNames", resource.ShortNames);
            WriteList(json, "categories", resource.Categories);
            if (resource.StorageVersionHash is { } hash) { json.WriteString("storageVersionHash", hash); }
        }

        json.WriteEndObject();
    }

    private bool WriteAggregated(Utf8JsonWriter json, string version, bool isCore)
    {
        json.WriteStartObject();
        WriteKind(json, "APIGroupDiscoveryList", $"apidiscovery.k8s.io/{version}");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var group in Groups(byService: false).Where(group => group.Length == 0 == isCore)) { WriteAggregatedGroup(json, group); }
        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private void WriteAggregatedGroup(Utf8JsonWriter json, string group)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        if (group.Length > 0) { json.WriteString("name", group); }
        json.WriteEndObject();
        json.WriteStartArray("versions");
        foreach (var version in VersionsOf(group))
        {
            json.WriteStartObject();
            json.WriteString("version", version);
            json.WriteStartArray("resources");
            foreach (var resource in _resources.Value[(group, version)]) { WriteAggregatedResource(json, resource); }
            json.WriteEndArray();
            json.WriteString("freshness", _resources.Value[(group, version)].Any(static resource => resource.IsStale) ? "Stale" : "Current");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAggregatedResource(Utf8JsonWriter json, DiscoveryResource resource)
    {
        json.WriteStartObject();
        json.WriteString("resource", resource.Plural);
        WriteResponseKind(json, resource.Kind);
        json.WriteString("scope", resource.IsNamespaced ? "Namespaced" : "Cluster");
        json.WriteString("singularResource", resource.Singular);
        WriteList(json, "verbs", resource.Verbs);
        WriteList(json, "shortNames", resource.ShortNames);
        WriteList(json, "categories", resource.Categories);
        if (resource.Subresources.Count > 0)
        {
            json.WriteStartArray("subresources");
            foreach (var (name, kind, verbs) in resource.Subresources)
            {
                json.WriteStartObject();
                json.WriteString("subresource", name);
                WriteResponseKind(json, kind);
                WriteList(json, "verbs", verbs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteResponseKind(Utf8JsonWriter json, GroupVersionKind kind)
    {
        json.WriteStartObject("responseKind");
        json.WriteString("group", kind.Group);
        json.WriteString("version", kind.Version);
        json.WriteString("kind", kind.Kind);
        json.WriteEndObject();
    }
}
