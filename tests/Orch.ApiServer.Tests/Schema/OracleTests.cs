using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Schema;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Schema;

/// <summary>Compares our schemas with the document that upstream publishes, property by property.</summary>
public sealed class OracleTests
{
    // Fields that the client's models have and the document does not: they came with the release after it.
    private static readonly HashSet<string> NewerThanTheDocument =
    [
        "authentication.v1.TokenRequestSpec.attestations", "autoscaling.v2.HorizontalPodAutoscalerCondition.observedGeneration",
        "batch.v1.JobSpec.scheduling", "core.v1.ClusterTrustBundleProjection.user", "core.v1.ConfigMapVolumeSource.defaultUser",
        "core.v1.DownwardAPIVolumeFile.user", "core.v1.DownwardAPIVolumeSource.defaultUser", "core.v1.EmptyDirVolumeSource.mode",
        "core.v1.GRPCAction.mode", "core.v1.HTTPGetAction.protocol", "core.v1.KeyToPath.user",
        "core.v1.NodeAllocatableResourceClaimStatus.overhead", "core.v1.NodeAllocatableResourceClaimStatus.mapping",
        "core.v1.NodeSpec.podPreemptionPolicy", "core.v1.NodeSystemInfo.runningInUserNamespace", "core.v1.PersistentVolumeClaimStatus.healthStatus",
        "core.v1.PodCertificateProjection.user", "core.v1.PodSpec.evictionResponders", "core.v1.PodStatus.volumeHealth",
        "core.v1.ProjectedVolumeSource.defaultUser", "core.v1.SecretVolumeSource.defaultUser", "core.v1.ServiceAccountTokenProjection.user",
        "core.v1.VolumeMount.bindMountOptions", "resource.v1.Device.nodeAllocatableResources", "resource.v1.DeviceCounterConsumption.compatibilityGroups",
        "resource.v1.DeviceRequestAllocationResult.skipNodeOperations", "resource.v1.DeviceSubRequest.derivedAttributes",
        "resource.v1.ExactDeviceRequest.derivedAttributes", "resource.v1.ResourceSliceSpec.skipNodeOperations",
        "resource.v1.ResourceSliceSpec.partitionTypeAttribute", "storage.v1.CSINode.status",
    ];

    // Fields that the release after the document renamed.
    private static readonly HashSet<string> GoneFromTheModels =
        ["core.v1.NodeAllocatableResourceClaimStatus.resources", "resource.v1.Device.nodeAllocatableResourceMappings"];

    [SkippableFact]
    public void EveryModel_AgainstTheOracle_HasNoUnexplainedDifference()
    {
        using var document = Load();
        var definitions = document.RootElement.GetProperty("definitions");
        var schemas = new ModelSchemas();
        var differences = new List<string>();
        var compared = 0;
        foreach (var type in SchemaFacts.Load().Keys.Where(static type => type != typeof(V1Patch)))
        {
            var schema = schemas.For(type);
            if (!definitions.TryGetProperty(schema.DefinitionName, out var definition)) { differences.Add($"{schema.DefinitionName}: not in the document"); continue; }
            compared++;
            Compare(schema, definition, differences);
        }

        Assert.True(compared > 550, $"compared only {compared} types");
        Assert.Empty(differences);
    }

    [SkippableFact]
    public void EveryDefinitionOfAStableVersion_HasAModel()
    {
        using var document = Load();
        var known = SchemaFacts.Load().Values.Select(static facts => facts.DefinitionName).ToHashSet();
        var free = new[] { "IntOrString", "MicroTime", "Time", "Quantity", "RawExtension", "JSON", "FieldsV1", "CustomResourceSubresourceStatus" };
        var missing = document.RootElement.GetProperty("definitions").EnumerateObject().Select(static item => item.Name)
            .Where(name => name.Split('.')[^2] is "v1" or "v2" && !known.Contains(name))
            .Where(name => !free.Contains(name.Split('.')[^1]) && !name.Contains("JSONSchemaPropsOr", StringComparison.Ordinal));
        // Renamed in the release after the document.
        Assert.Equal(["io.k8s.api.resource.v1.NodeAllocatableResourceMapping"], missing);
    }

    private static JsonDocument Load()
    {
        var path = OracleData.Require("openapi-v2.json");
        return JsonDocument.Parse(File.ReadAllBytes(path));
    }

    private static void Compare(ObjectSchema schema, JsonElement definition, List<string> differences)
    {
        var shortName = string.Join('.', schema.DefinitionName.Split('.')[^3..]);
        var required = definition.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(static item => item.GetString()!).ToHashSet() : [];
        if (schema.MapType != Text(definition, "x-kubernetes-map-type")) { differences.Add($"{shortName}: map type"); }
        var expected = definition.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().ToDictionary(static item => item.Name, static item => item.Value) : [];
        foreach (var property in schema.Properties)
        {
            var path = $"{shortName}.{property.Name}";
            if (!expected.Remove(property.Name, out var value))
            {
                if (!NewerThanTheDocument.Contains(path)) { differences.Add($"{path}: not in the document"); }
                continue;
            }

            Compare(property, value, required.Contains(property.Name), path, differences);
        }

        differences.AddRange(expected.Keys.Select(name => $"{shortName}.{name}").Where(static path => !GoneFromTheModels.Contains(path)).Select(static path => $"{path}: not in the model"));
    }

    private static void Compare(PropertySchema property, JsonElement value, bool required, string path, List<string> differences)
    {
        var facts = property.Facts;
        Same(differences, path, "required", facts.Required, required);
        Same(differences, path, "patch strategy", facts.PatchStrategy, Text(value, "x-kubernetes-patch-strategy"));
        Same(differences, path, "merge key", facts.MergeKey, Text(value, "x-kubernetes-patch-merge-key"));
        Same(differences, path, "list type", facts.ListType, Text(value, "x-kubernetes-list-type"));
        Same(differences, path, "map type", facts.MapType, Text(value, "x-kubernetes-map-type"));
        var keys = value.TryGetProperty("x-kubernetes-list-map-keys", out var list) ? string.Join(',', list.EnumerateArray().Select(static item => item.GetString())) : string.Empty;
        Same(differences, path, "list map keys", string.Join(',', facts.ListMapKeys), keys);
        Same(differences, path, "type", TypeOf(property.Value), TypeOf(value));
    }

    private static string TypeOf(ValueSchema value) => value.Kind switch
    {
        ValueKind.String => "string",
        ValueKind.Int32 => "integer/int32",
        ValueKind.Int64 => "integer/int64",
        ValueKind.Boolean => "boolean",
        ValueKind.Double => "number/double",
        ValueKind.Bytes => "string/byte",
        ValueKind.Time => "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
        ValueKind.MicroTime => "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
        ValueKind.IntOrString => "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        ValueKind.Quantity => "io.k8s.apimachinery.pkg.api.resource.Quantity",
        ValueKind.Free => value.FreeDefinition,
        ValueKind.List => $"[{TypeOf(value.Element!)}]",
        ValueKind.Map => $"{{{TypeOf(value.Element!)}}}",
        _ => value.Object!.DefinitionName,
    };

    private static string TypeOf(JsonElement value)
    {
        if (value.TryGetProperty("$ref", out var reference)) { return reference.GetString()!["#/definitions/".Length..]; }
        if (value.TryGetProperty("items", out var items)) { return $"[{TypeOf(items)}]"; }
        if (value.TryGetProperty("additionalProperties", out var additional)) { return $"{{{TypeOf(additional)}}}"; }
        return Text(value, "type") + (value.TryGetProperty("format", out var format) ? $"/{format.GetString()}" : string.Empty);
    }

    private static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var text) ? text.GetString()! : string.Empty;

    private static void Same<T>(List<string> differences, string path, string what, T ours, T theirs)
    {
        if (!EqualityComparer<T>.Default.Equals(ours, theirs)) { differences.Add($"{path}: {what} is {ours}, in the document {theirs}"); }
    }
}
