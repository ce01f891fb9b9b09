using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;
using Orch.Resources;

namespace Orch.ApiServer.OpenApi;

/// <summary>Describes the paths of resources and what can be done there.</summary>
internal sealed class OperationSet(Dialect dialect, DefinitionSet definitions)
{
    private static readonly string[] Produced = ["application/json", "application/yaml"];
    private static readonly string[] ProxyMethods = ["delete", "get", "head", "options", "patch", "post", "put"];
    private static readonly string[] StreamMethods = ["get", "post"];
    private static readonly string[] PatchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];
    private readonly SortedDictionary<string, JsonMap> _paths = new(StringComparer.Ordinal);

    /// <summary>All paths so far, in order.</summary>
    public JsonMap ToMap()
    {
        var map = new JsonMap();
        foreach (var (path, item) in _paths) { map.Add(path, item); }
        return map;
    }

    /// <summary>A group, version and kind as extensions have it.</summary>
    public static JsonMap KindOf(string group, string version, string kind) => new() { ["group"] = group, ["kind"] = kind, ["version"] = version };

    /// <summary>Adds a resource with its collection, objects and the subresources that a declaration tells of.</summary>
    public void Add(ResourceDeclaration declaration)
    {
        var isNamespaced = declaration.Scope == ResourceScope.Namespaced;
        var collection = CollectionPath(declaration.Resource, isNamespaced);
        var item = collection + "/{name}";
        var type = OpenApiType.Of(declaration);
        var list = OpenApiType.ListOf(declaration);
        Add(collection, "get", "list", declaration.Kind, isNamespaced, string.Empty, null, list);
        Add(collection, "post", "post", declaration.Kind, isNamespaced, string.Empty, type, type);
        // All namespaces at once is what upstream refuses to delete.
        if (declaration.ObjectType != typeof(V1Namespace)) { Add(collection, "delete", "deletecollection", declaration.Kind, isNamespaced, string.Empty, typeof(V1DeleteOptions), typeof(V1Status)); }
        AddObject(item, declaration.Kind, isNamespaced, string.Empty, type);
        Add(item, "delete", "delete", declaration.Kind, isNamespaced, string.Empty, typeof(V1DeleteOptions), DeletedAnswers.AreObjects(declaration.Resource) ? type : typeof(V1Status));
        if (isNamespaced) { Add($"{declaration.Resource.PathPrefix}/{declaration.Resource.Resource}", "get", "list", declaration.Kind, false, "ForAllNamespaces", null, list); }
        if (declaration.HasStatus) { AddObject(item + "/status", declaration.Kind, isNamespaced, "Status", type); }
        foreach (var part in declaration.PartialUpdates.Keys.Order(StringComparer.Ordinal)) { AddObject($"{item}/{part}", declaration.Kind, isNamespaced, part, type); }
        if (declaration.ObjectType == typeof(V1Namespace)) { Add(item + "/finalize", "put", "put", declaration.Kind, isNamespaced, "Finalize", type, type); }
        if (declaration is not CustomResourceDeclaration) { AddWatches(declaration, isNamespaced); }
        if (declaration.Scale is not null) { AddObject(item + "/scale", new GroupVersionKind("autoscaling", "v1", "Scale"), isNamespaced, "Scale", typeof(V1Scale), declaration.Kind); }
    }

    /// <summary>Adds a resource of the cluster that can only be read.</summary>
    public void AddReads(ResourceDeclaration declaration)
    {
        var collection = CollectionPath(declaration.Resource, isNamespaced: false);
        Add(collection, "get", "list", declaration.Kind, isNamespaced: false, string.Empty, null, OpenApiType.ListOf(declaration));
        Add(collection + "/{name}", "get", "get", declaration.Kind, isNamespaced: false, string.Empty, null, OpenApiType.Of(declaration));
    }

    /// <summary>Adds what only answers a POST.</summary>
    /// <param name="parent">The kind that a subresource is one of; null where it is not known.</param>
    public void Add(CreateHandlerDescription description, GroupVersionKind? parent = null)
    {
        var isNamespaced = description.Scope == ResourceScope.Namespaced;
        var path = CollectionPath(description.Resource, isNamespaced);
        if (description.Subresource.Length > 0) { path += $"/{{name}}/{description.Subresource}"; }
        var owner = (description.Subresource.Length > 0 ? parent : null) ?? description.Kind with { Group = description.Resource.Group, Version = description.Resource.Version };
        Add(path, "post", "post", description.Kind, isNamespaced, description.Subresource, description.BodyType, description.BodyType, owner);
    }

    /// <summary>Adds a subresource that is a stream to something outside.</summary>
    public void Add(IConnectHandler handler)
    {
        var isNamespaced = handler.Resource != "nodes";
        var path = $"{CollectionPath(new GroupVersionResource(string.Empty, "v1", handler.Resource), isNamespaced)}/{{name}}/{handler.Subresource}";
        var owner = new GroupVersionKind(string.Empty, "v1", handler.Resource switch { "nodes" => "Node", "services" => "Service", _ => "Pod" });
        if (handler.Subresource == "log")
        {
            AddStream(path, "get", "get", owner, owner, $"read{Named(owner, isNamespaced)}Log", "log");
            return;
        }

        var kind = new GroupVersionKind(string.Empty, "v1", handler.Kind);
        var suffix = Upper(handler.Subresource);
        foreach (var method in handler.Subresource == "proxy" ? ProxyMethods : StreamMethods)
        {
            AddStream(path, method, "connect", owner, kind, $"connectCoreV1{Upper(method)}{(isNamespaced ? "Namespaced" : string.Empty)}{owner.Kind}{suffix}", handler.Subresource);
            if (handler.Subresource != "proxy") { continue; }
            AddStream(path + "/{path}", method, "connect", owner, kind, $"connectCoreV1{Upper(method)}{(isNamespaced ? "Namespaced" : string.Empty)}{owner.Kind}{suffix}WithPath", handler.Subresource);
        }
    }

    /// <summary>Adds what tells of groups, versions and resources.</summary>
    public void AddDiscovery(IEnumerable<GroupVersionKind> kinds)
    {
        AddFact("/version/", "getCodeVersion", "version", typeof(VersionInfo), ["application/json"]);
        AddFact("/api/", "getCoreAPIVersions", "core", typeof(V1APIVersions), Produced);
        AddFact("/apis/", "getAPIVersions", "apis", typeof(V1APIGroupList), Produced);
        foreach (var group in kinds.Select(static kind => kind.Group).Where(static group => group.Length > 0).Distinct())
        {
            AddFact($"/apis/{group}/", $"get{Upper(GroupName(group))}APIGroup", GroupName(group), typeof(V1APIGroup), Produced);
        }
    }

    /// <summary>Adds what tells of the resources of one group and version.</summary>
    public void AddDiscovery(string group, string version)
    {
        var prefix = group.Length == 0 ? $"/api/{version}/" : $"/apis/{group}/{version}/";
        AddFact(prefix, $"get{Upper(GroupName(group))}{Upper(version)}APIResources", Tag(group, version), typeof(V1APIResourceList), Produced);
    }

    private static string Named(GroupVersionKind kind, bool isNamespaced) => $"{Upper(GroupName(kind.Group))}{Upper(kind.Version)}{(isNamespaced ? "Namespaced" : string.Empty)}{kind.Kind}";

    private void AddFact(string path, string id, string tag, Type answer, string[] types)
    {
        if (_paths.ContainsKey(path)) { return; }
        var operation = new JsonMap();
        if (dialect == Dialect.V2) { operation["consumes"] = new JsonList(types); }
        operation["description"] = "get what is served";
        operation["operationId"] = id;
        if (dialect == Dialect.V2) { operation["produces"] = new JsonList(types); }
        operation["responses"] = new JsonMap { ["200"] = Response("OK", answer), ["401"] = new JsonMap { ["description"] = "Unauthorized" } };
        if (dialect == Dialect.V2) { operation["schemes"] = new JsonList { "https" }; }
        operation["tags"] = new JsonList { tag };
        _paths.Add(path, new JsonMap { ["get"] = operation });
    }

    // The older way to watch, by path.
    private void AddWatches(ResourceDeclaration declaration, bool isNamespaced)
    {
        var resource = declaration.Resource;
        var watched = $"{resource.PathPrefix}/watch";
        var collection = isNamespaced ? $"{watched}/namespaces/{{namespace}}/{resource.Resource}" : $"{watched}/{resource.Resource}";
        Add(collection, "get", "watchlist", declaration.Kind, isNamespaced, "List", null, typeof(V1WatchEvent));
        Add(collection + "/{name}", "get", "watch", declaration.Kind, isNamespaced, string.Empty, null, typeof(V1WatchEvent));
        if (isNamespaced) { Add($"{watched}/{resource.Resource}", "get", "watchlist", declaration.Kind, false, "ListForAllNamespaces", null, typeof(V1WatchEvent)); }
    }

    private void AddStream(string path, string method, string action, GroupVersionKind owner, GroupVersionKind kind, string id, string subresource)
    {
        if (!_paths.TryGetValue(path, out var item)) { _paths.Add(path, item = new JsonMap { ["parameters"] = OperationParameters.OfStream(dialect, path, subresource) }); }
        var text = new JsonMap { ["type"] = "string" };
        var answer = new JsonMap { ["description"] = "OK" };
        if (dialect == Dialect.V2) { answer["schema"] = text; }
        else { answer["content"] = new JsonMap { [action == "connect" ? "*/*" : "text/plain"] = new JsonMap { ["schema"] = text } }; }
        var operation = new JsonMap();
        if (dialect == Dialect.V2) { operation["consumes"] = new JsonList { "*/*" }; }
        operation["description"] = $"{action} {owner.Kind} {subresource}";
        operation["operationId"] = id;
        if (dialect == Dialect.V2) { operation["produces"] = action == "connect" ? new JsonList { "*/*" } : new JsonList(["text/plain", .. Produced]); }
        operation["responses"] = new JsonMap { ["200"] = answer, ["401"] = new JsonMap { ["description"] = "Unauthorized" } };
        if (dialect == Dialect.V2) { operation["schemes"] = new JsonList { "https" }; }
        operation["tags"] = new JsonList { Tag(owner.Group, owner.Version) };
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = KindOf(kind.Group, kind.Version, kind.Kind);
        item[method] = operation;
    }

    private static string CollectionPath(GroupVersionResource resource, bool isNamespaced)
        => isNamespaced ? $"{resource.PathPrefix}/namespaces/{{namespace}}/{resource.Resource}" : $"{resource.PathPrefix}/{resource.Resource}";

    private void AddObject(string path, GroupVersionKind kind, bool isNamespaced, string suffix, OpenApiType type, GroupVersionKind? owner = null)
    {
        Add(path, "get", "get", kind, isNamespaced, suffix, null, type, owner);
        Add(path, "put", "put", kind, isNamespaced, suffix, type, type, owner);
        Add(path, "patch", "patch", kind, isNamespaced, suffix, null, type, owner);
    }

    private void Add(string path, string method, string action, GroupVersionKind kind, bool isNamespaced, string suffix, OpenApiType? body, OpenApiType answer, GroupVersionKind? owner = null)
    {
        if (!_paths.TryGetValue(path, out var item)) { _paths.Add(path, item = new JsonMap { ["parameters"] = OperationParameters.OfPath(dialect, path) }); }
        var named = owner ?? kind;
        var parameters = new JsonList();
        var operation = new JsonMap();
        // Only models know how lists are merged.
        var patchTypes = answer.Custom is null ? PatchTypes : [PatchTypes[0], PatchTypes[1], PatchTypes[3]];
        if (dialect == Dialect.V2) { operation["consumes"] = action == "patch" ? new JsonList(patchTypes) : new JsonList { "*/*" }; }
        operation["description"] = $"{action} {named.Kind}{(suffix.Length > 0 ? $" {suffix}" : string.Empty)}";
        operation["operationId"] = OperationId(action, named, isNamespaced, suffix);
        operation["parameters"] = parameters;
        if (action == "patch") { AddPatchBody(operation, parameters, patchTypes); }
        else if (body is { } given) { AddBody(operation, parameters, given, isRequired: action is "post" or "put"); }
        foreach (var name in OperationParameters.Of(action)) { parameters.Add(OperationParameters.Query(dialect, name)); }
        if (dialect == Dialect.V2) { operation["produces"] = new JsonList(action is "list" or "watch" or "watchlist" ? [.. Produced, "application/json;stream=watch"] : Produced); }
        operation["responses"] = Responses(action, answer);
        if (dialect == Dialect.V2) { operation["schemes"] = new JsonList { "https" }; }
        operation["tags"] = new JsonList { Tag(named.Group, named.Version) };
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = KindOf(kind.Group, kind.Version, kind.Kind);
        item[method] = operation;
    }

    private void AddBody(JsonMap operation, JsonList parameters, OpenApiType body, bool isRequired)
    {
        if (dialect == Dialect.V3)
        {
            operation["requestBody"] = new JsonMap { ["content"] = new JsonMap { ["*/*"] = new JsonMap { ["schema"] = definitions.Reference(body) } } };
            if (isRequired) { ((JsonMap)operation["requestBody"]!)["required"] = true; }
            return;
        }

        var parameter = new JsonMap { ["in"] = "body", ["name"] = "body", ["schema"] = definitions.Reference(body) };
        if (isRequired) { parameter["required"] = true; }
        parameters.Add(parameter);
    }

    private void AddPatchBody(JsonMap operation, JsonList parameters, string[] patchTypes)
    {
        if (dialect == Dialect.V2)
        {
            parameters.Add(new JsonMap { ["in"] = "body", ["name"] = "body", ["required"] = true, ["schema"] = definitions.PatchReference() });
            return;
        }

        var content = new JsonMap();
        foreach (var type in patchTypes) { content[type] = new JsonMap { ["schema"] = definitions.PatchReference() }; }
        operation["requestBody"] = new JsonMap { ["content"] = content, ["required"] = true };
    }

    private JsonMap Responses(string action, OpenApiType answer)
    {
        var responses = new JsonMap { ["200"] = Response("OK", answer) };
        if (action is "post" or "put" or "patch") { responses["201"] = Response("Created", answer); }
        if (action is "post" or "delete") { responses["202"] = Response("Accepted", answer); }
        responses["401"] = new JsonMap { ["description"] = "Unauthorized" };
        return responses;
    }

    private JsonMap Response(string text, OpenApiType answer)
    {
        var response = new JsonMap { ["description"] = text };
        if (dialect == Dialect.V2) { response["schema"] = definitions.Reference(answer); return response; }
        var content = new JsonMap();
        foreach (var type in Produced) { content[type] = new JsonMap { ["schema"] = definitions.Reference(answer) }; }
        response["content"] = content;
        return response;
    }

    private static string OperationId(string action, GroupVersionKind kind, bool isNamespaced, string suffix)
    {
        var (verb, collection) = action switch
        {
            "post" => ("create", string.Empty),
            "get" => ("read", string.Empty),
            "put" => ("replace", string.Empty),
            "deletecollection" => ("delete", "Collection"),
            "watchlist" => ("watch", string.Empty),
            _ => (action, string.Empty),
        };
        var group = Upper(GroupName(kind.Group));
        return $"{verb}{group}{Upper(kind.Version)}{collection}{(isNamespaced ? "Namespaced" : string.Empty)}{kind.Kind}{Upper(suffix)}";
    }

    private static string Tag(string group, string version) => $"{GroupName(group)}_{version}";

    // core, apps, rbacAuthorization, networking: the group without the parts that all of Kubernetes shares.
    // Each label but the end of Kubernetes' own groups: example.com is exampleCom, rbac.authorization.k8s.io is rbacAuthorization.
    private static string GroupName(string group)
    {
        if (group.Length == 0) { return "core"; }
        var parts = (group.EndsWith(".k8s.io", StringComparison.Ordinal) ? group[..^7] : group).Split('.', '-');
        return parts[0] + string.Concat(parts.Skip(1).Select(Upper));
    }

    private static string Upper(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
