using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Testing.Fakes;

/// <summary>What the API does to an object on its way into the store; called under the cluster's lock.</summary>
internal sealed class FakeWrites(FakeCluster cluster)
{
    private static readonly string[] ServerOwned = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "name", "namespace"];
    private int _uids;

    public static JsonObject ToJson(IKubernetesObject<V1ObjectMeta> item)
    {
        var json = JsonNode.Parse(ApiJson.Serialize(item, item.GetType()))!.AsObject();
        json["metadata"] ??= new JsonObject();
        return json;
    }

    public IKubernetesObject<V1ObjectMeta> Create(IKubernetesObject<V1ObjectMeta> item, bool keepStatus = false)
    {
        var table = cluster.Table(item.GetType());
        var admitted = (IKubernetesObject<V1ObjectMeta>)ApiJson.DeepCopy((object)item);
        cluster.RunAdmission(admitted);
        var json = ToJson(admitted);
        var metadata = json["metadata"]!.AsObject();
        if (metadata["resourceVersion"] is { } version && version.GetValue<string>() is { Length: > 0 } && !keepStatus)
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (metadata["name"] is null)
        {
            if (metadata["generateName"]?.GetValue<string>() is not { } prefix)
            {
                throw ApiErrors.Invalid(table.Kind.Kind, string.Empty, [new V1StatusCause { Field = "metadata.name", Message = "Required value: name or generateName is required", Reason = "FieldValueRequired" }]);
            }

            metadata["name"] = cluster.GenerateName(prefix);
        }

        if (!table.Kind.IsNamespaced) { metadata.Remove("namespace"); }
        else { metadata["namespace"] ??= "default"; }
        var key = new ObjectKey(metadata["namespace"]?.GetValue<string>() ?? string.Empty, metadata["name"]!.GetValue<string>());
        if (table.Find(key) is not null) { throw ApiErrors.AlreadyExists(table.Kind.Resource, key.Name); }

        json["apiVersion"] = table.Kind.Kind.ApiVersion;
        json["kind"] = table.Kind.Kind.Kind;
        // Objects put in by a test may bring their own identity.
        if (!keepStatus || metadata["uid"] is null) { metadata["uid"] = $"00000000-0000-0000-0000-{++_uids:d12}"; }
        if (!keepStatus || metadata["creationTimestamp"] is null) { metadata["creationTimestamp"] = Now(TimeSpan.Zero); }
        if (!keepStatus)
        {
            metadata.Remove("deletionTimestamp");
            metadata.Remove("deletionGracePeriodSeconds");
            metadata.Remove("generation");
            // A review is answered in its status, by an admitter here.
            if (json["spec"] is not null && !table.Kind.Kind.Kind.EndsWith("Review", StringComparison.Ordinal)) { json.Remove("status"); }
        }

        if (json["spec"] is not null) { metadata["generation"] ??= 1L; }
        switch (table.Kind.Kind.Kind)
        {
            case "Pod":
                (json["status"] ??= new JsonObject()).AsObject()["phase"] ??= "Pending";
                break;
            case "Namespace":
                json["spec"] ??= new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
                (json["status"] ??= new JsonObject()).AsObject()["phase"] ??= "Active";
                break;
        }

        var stored = table.Put(json, cluster.NextRevision());
        cluster.Signal();
        return stored.Object;
    }

    /// <summary>Update of all but the status, or of the status alone.</summary>
    public IKubernetesObject<V1ObjectMeta> Update(FakeTable table, IKubernetesObject<V1ObjectMeta> item, string subresource)
    {
        var key = item.Key();
        if (table.Kind.IsNamespaced && key.Namespace.Length == 0) { key = key with { Namespace = "default" }; }
        var entry = table.Find(key) ?? throw ApiErrors.NotFound(table.Kind.Resource, key.Name);
        var copy = (IKubernetesObject<V1ObjectMeta>)ApiJson.DeepCopy((object)item);
        cluster.RunAdmission(copy);
        return Update(table, entry, ToJson(copy), subresource);
    }

    public IKubernetesObject<V1ObjectMeta> Update(FakeTable table, FakeTable.Entry entry, JsonObject wanted, string subresource)
    {
        var name = entry.Object.Metadata.Name;
        var metadata = wanted["metadata"]!.AsObject();
        if (metadata["resourceVersion"]?.GetValue<string>() is { Length: > 0 } version && version != entry.Object.Metadata.ResourceVersion)
        {
            throw ApiErrors.Conflict(table.Kind.Resource, name);
        }

        if (metadata["uid"]?.GetValue<string>() is { Length: > 0 } uid && uid != entry.Object.Metadata.Uid)
        {
            throw ApiErrors.Conflict(table.Kind.Resource, name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {entry.Object.Metadata.Uid}");
        }

        if (subresource is "status" or "approval")
        {
            var merged = (JsonObject)entry.Json.DeepClone();
            merged["status"] = wanted["status"]?.DeepClone();
            var kept = merged["metadata"]!.AsObject();
            kept.Remove("annotations");
            if (metadata["annotations"] is { } annotations) { kept["annotations"] = annotations.DeepClone(); }
            return Store(table, entry, merged);
        }

        if (HasStatus(table))
        {
            wanted.Remove("status");
            if (entry.Json["status"] is { } status) { wanted["status"] = status.DeepClone(); }
        }

        return Store(table, entry, wanted);
    }

    /// <summary>Stores over an entry unless nothing changes; removes what was only waiting for its finalizers.</summary>
    public IKubernetesObject<V1ObjectMeta> Store(FakeTable table, FakeTable.Entry entry, JsonObject json, bool force = false)
    {
        var (metadata, before) = (json["metadata"]!.AsObject(), entry.Json["metadata"]!.AsObject());
        json["apiVersion"] = table.Kind.Kind.ApiVersion;
        json["kind"] = table.Kind.Kind.Kind;
        if (!force)
        {
            foreach (var owned in ServerOwned)
            {
                metadata.Remove(owned);
                if (before[owned] is { } kept) { metadata[owned] = kept.DeepClone(); }
            }
        }

        metadata["resourceVersion"] = before["resourceVersion"]!.DeepClone();
        if (json["status"] is null) { json.Remove("status"); }
        if (JsonNode.DeepEquals(json, entry.Json)) { return entry.Object; }
        if (!JsonNode.DeepEquals(json["spec"], entry.Json["spec"]))
        {
            metadata["generation"] = (before["generation"]?.Deserialize<long>() ?? 0) + 1;
        }

        if (metadata["deletionTimestamp"] is not null && IsFree(json, table.Kind.Kind.Kind))
        {
            var last = FakeTable.Entry.Of(json, table.Kind.Type).Object;
            table.Remove(entry.Object.Key(), cluster.NextRevision());
            cluster.Signal();
            return last;
        }

        var stored = table.Put(json, cluster.NextRevision());
        cluster.Signal();
        return stored.Object;
    }

    public void Delete(FakeTable table, ObjectKey key, DeleteRequest request)
    {
        var entry = table.Find(key) ?? throw ApiErrors.NotFound(table.Kind.Resource, key.Name);
        CheckPreconditions(table, entry, request);
        var json = (JsonObject)entry.Json.DeepClone();
        var metadata = json["metadata"]!.AsObject();
        var finalizers = (metadata["finalizers"] as JsonArray)?.DeepClone().AsArray() ?? [];
        Propagate(finalizers, request.PropagationPolicy);
        if (finalizers.Count > 0) { metadata["finalizers"] = finalizers; }
        else { metadata.Remove("finalizers"); }

        var grace = GracePeriod(table.Kind.Kind.Kind, entry, request);
        var known = metadata["deletionGracePeriodSeconds"]?.Deserialize<long>();
        if (metadata["deletionTimestamp"] is null || grace < known)
        {
            metadata["deletionTimestamp"] = Now(TimeSpan.FromSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (table.Kind.Kind.Kind == "Namespace") { (json["status"] ??= new JsonObject()).AsObject()["phase"] = "Terminating"; }
            metadata["generation"] = (metadata["generation"]?.Deserialize<long>() ?? 0) + 1;
        }

        if (IsFree(json, table.Kind.Kind.Kind))
        {
            table.Remove(key, cluster.NextRevision());
            cluster.Signal();
        }
        else if (!JsonNode.DeepEquals(json, entry.Json))
        {
            table.Put(json, cluster.NextRevision());
            cluster.Signal();
        }
    }

    private static bool HasStatus(FakeTable table) => table.Kind.Type.GetProperty("Status") is { } status && status.PropertyType != typeof(string);

    // Nothing holds the object any more: no finalizer, no time that its node still has to stop it.
    private static bool IsFree(JsonObject json, string kind)
    {
        var metadata = json["metadata"]!;
        return metadata["finalizers"] is not JsonArray { Count: > 0 }
            && (metadata["deletionGracePeriodSeconds"]?.Deserialize<long>() ?? 0) == 0
            && !(kind == "Namespace" && json["spec"]?["finalizers"] is JsonArray { Count: > 0 });
    }

    private static void Propagate(JsonArray finalizers, string? policy)
    {
        var wanted = policy switch { "Foreground" => "foregroundDeletion", "Orphan" => "orphan", _ => null };
        if (wanted is not null && !finalizers.Any(finalizer => finalizer?.GetValue<string>() == wanted)) { finalizers.Add(wanted); }
    }

    private static long GracePeriod(string kind, FakeTable.Entry entry, DeleteRequest request)
    {
        if (kind != "Pod") { return 0; }
        var pod = (V1Pod)entry.Object;
        if (string.IsNullOrEmpty(pod.Spec?.NodeName) || pod.Status?.Phase is "Succeeded" or "Failed") { return 0; }
        return request.GracePeriod is { } asked ? (long)asked.TotalSeconds : pod.Spec.TerminationGracePeriodSeconds ?? 30;
    }

    private static void CheckPreconditions(FakeTable table, FakeTable.Entry entry, DeleteRequest request)
    {
        var metadata = entry.Object.Metadata;
        if (request.PreconditionUid is { } uid && uid != metadata.Uid)
        {
            throw ApiErrors.Conflict(table.Kind.Resource, metadata.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {metadata.Uid}");
        }

        if (request.PreconditionResourceVersion is { } version && version != metadata.ResourceVersion)
        {
            throw ApiErrors.Conflict(table.Kind.Resource, metadata.Name,
                $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {metadata.ResourceVersion}");
        }
    }

    private string Now(TimeSpan later) => (cluster.Time.GetUtcNow() + later).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
