using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Json;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Subresources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Serialization;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Protobuf;

/// <summary>Everything that is served, and all that it is made of, has a protobuf form.</summary>
public sealed class ProtobufCoverageTests
{
    private static readonly ModelSchemas Schemas = new();

    // Of the client's models, which are ahead of the release that is served: upstream's server of that release drops them too.
    private static readonly HashSet<string> Newer =
    [
        "io.k8s.api.authentication.v1.TokenRequestSpec.attestations", "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition.observedGeneration", "io.k8s.api.batch.v1.JobSpec.scheduling",
        "io.k8s.api.core.v1.ClusterTrustBundleProjection.user", "io.k8s.api.core.v1.ConfigMapVolumeSource.defaultUser", "io.k8s.api.core.v1.DownwardAPIVolumeFile.user",
        "io.k8s.api.core.v1.DownwardAPIVolumeSource.defaultUser", "io.k8s.api.core.v1.EmptyDirVolumeSource.mode", "io.k8s.api.core.v1.GRPCAction.mode", "io.k8s.api.core.v1.HTTPGetAction.protocol",
        "io.k8s.api.core.v1.KeyToPath.user", "io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus.mapping", "io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus.overhead",
        "io.k8s.api.core.v1.NodeSpec.podPreemptionPolicy", "io.k8s.api.core.v1.NodeSystemInfo.runningInUserNamespace", "io.k8s.api.core.v1.PersistentVolumeClaimStatus.healthStatus",
        "io.k8s.api.core.v1.PodCertificateProjection.user", "io.k8s.api.core.v1.PodSpec.evictionResponders", "io.k8s.api.core.v1.PodStatus.volumeHealth", "io.k8s.api.core.v1.ProjectedVolumeSource.defaultUser",
        "io.k8s.api.core.v1.SecretVolumeSource.defaultUser", "io.k8s.api.core.v1.ServiceAccountTokenProjection.user", "io.k8s.api.core.v1.VolumeMount.bindMountOptions",
        "io.k8s.api.resource.v1.Device.nodeAllocatableResources", "io.k8s.api.resource.v1.DeviceCounterConsumption.compatibilityGroups", "io.k8s.api.resource.v1.DeviceRequestAllocationResult.skipNodeOperations",
        "io.k8s.api.resource.v1.DeviceSubRequest.derivedAttributes", "io.k8s.api.resource.v1.ExactDeviceRequest.derivedAttributes", "io.k8s.api.resource.v1.ResourceSliceSpec.partitionTypeAttribute",
        "io.k8s.api.resource.v1.ResourceSliceSpec.skipNodeOperations", "io.k8s.api.storage.v1.CSINode.status",
    ];

    public static TheoryData<string> Samples
    {
        get
        {
            var data = new TheoryData<string>();
            if (OracleData.Find("samples") is { } folder)
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)) { data.Add(Path.GetFileName(file)); }
            }

            if (data.Count == 0) { data.Add("none"); }
            return data;
        }
    }

    // Type, what a client in Go sends (in JSON), what arrives; null where all of it does.
    public static TheoryData<Type, string, string?> Emptiness => new()
    {
        { typeof(V1PersistentVolumeClaim), """{"spec":{"storageClassName":"","volumeName":"","volumeMode":"Block"}}""", """{"spec":{"storageClassName":"","volumeMode":"Block"}}""" },
        { typeof(V1Lease), """{"spec":{"holderIdentity":"","leaseTransitions":0}}""", null },
        { typeof(V1Pod), """{"status":{"containerStatuses":[{"name":"c","image":"","imageID":"","containerID":"","ready":false,"restartCount":0,"started":false}]}}""", """{"status":{"containerStatuses":[{"name":"c","image":"","imageID":"","ready":false,"restartCount":0,"started":false}]}}""" },
        { typeof(V1Pod), """{"spec":{"hostNetwork":false,"priority":0,"containers":[{"name":"c","env":[{"name":"","value":""}],"stdin":false,"securityContext":{"runAsUser":0,"privileged":false}}]}}""", """{"spec":{"priority":0,"containers":[{"name":"c","env":[{"name":""}],"securityContext":{"runAsUser":0,"privileged":false}}]}}""" },
        { typeof(V1Ingress), """{"spec":{"defaultBackend":{"service":{"name":"s","port":{"name":"http","number":0}}}}}""", """{"spec":{"defaultBackend":{"service":{"name":"s","port":{"name":"http"}}}}}""" },
        { typeof(V1PersistentVolume), """{"spec":{"iscsi":{"iqn":"i","targetPortal":"","lun":0,"readOnly":false,"chapAuthSession":false},"csi":{"driver":"d","volumeHandle":"h","readOnly":false}}}""", """{"spec":{"iscsi":{"iqn":"i","targetPortal":"","lun":0},"csi":{"driver":"d","volumeHandle":"h"}}}""" },
        { typeof(V1PodDisruptionBudget), """{"status":{"observedGeneration":0,"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}""", """{"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}""" },
        { typeof(V1HorizontalPodAutoscaler), """{"status":{"currentReplicas":0,"desiredReplicas":0}}""", null },
        { typeof(V1FlowSchema), """{"spec":{"rules":[{"resourceRules":[{"verbs":["*"],"apiGroups":[""],"resources":["*"],"clusterScope":false}]}]}}""", """{"spec":{"rules":[{"resourceRules":[{"verbs":["*"],"apiGroups":[""],"resources":["*"]}]}]}}""" },
        { typeof(V1ResourceSlice), """{"spec":{"driver":"d","nodeName":"","allNodes":false,"pool":{"name":"p","generation":0,"resourceSliceCount":0},"devices":[{"name":"x","attributes":{"a":{"int":0},"b":{"bool":false},"c":{"string":""},"d":{"ints":[0,-1],"bools":[false,true],"strings":[""],"versions":["1.0.0"]}},"capacity":{"m":{"value":"1Gi"}}}]}}""", null },
        { typeof(Resourcev1ResourceClaim), """{"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c","allocationMode":"","count":0,"adminAccess":false}}],"config":[{"opaque":{"driver":"d","parameters":{"a":[null,0,""]}}}]}},"status":{"devices":[{"driver":"d","pool":"p","device":"x","data":{"k":"v"}}]}}""", """{"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c","adminAccess":false}}],"config":[{"opaque":{"driver":"d","parameters":{"a":[null,0,""]}}}]}},"status":{"devices":[{"driver":"d","pool":"p","device":"x","data":{"k":"v"}}]}}""" },
        { typeof(V1APIService), """{"spec":{"group":"","version":"v1","insecureSkipTLSVerify":false,"groupPriorityMinimum":0,"versionPriority":0}}""", """{"spec":{"version":"v1","groupPriorityMinimum":0,"versionPriority":0}}""" },
    };

    // What a schema may hold that is of two kinds.
    public static TheoryData<string> Schemata =>
    [
        """{"items":{"type":"string"}}""",
        """{"items":[{"type":"string"},{"type":"integer"}]}""",
        """{"additionalProperties":true,"additionalItems":false}""",
        """{"additionalProperties":false,"additionalItems":true}""",
        """{"additionalProperties":{"type":"string"},"additionalItems":{"items":{"additionalProperties":{"type":"string"}}}}""",
        """{"dependencies":{"a":["b","c"],"d":{"required":["e"]}}}""",
        """{"default":false,"enum":["a",1,null,{"b":[]}],"example":{"deep":[[1.5]]}}""",
        """{"default":0,"maximum":1.5,"minimum":-3,"multipleOf":0.25,"maxLength":0,"minItems":0}""",
        """{"$ref":"#/x","$schema":"s","x-kubernetes-preserve-unknown-fields":false,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"x-kubernetes-map-type":"atomic","x-kubernetes-validations":[{"rule":"self > 0","message":"m","messageExpression":"e","reason":"FieldValueInvalid","fieldPath":".a","optionalOldSelf":false}]}""",
        """{"x-kubernetes-int-or-string":true,"x-kubernetes-embedded-resource":true,"nullable":true,"uniqueItems":true,"exclusiveMaximum":true,"exclusiveMinimum":true,"externalDocs":{"url":"u","description":"d"}}""",
        """{"allOf":[{"not":{"type":"object"}}],"anyOf":[{}],"oneOf":[{"properties":{"a":{}}}],"patternProperties":{"^x":{"type":"object"}},"definitions":{"d":{"id":"i","title":"t"}}}""",
    ];

    [Fact]
    public async Task ServedKinds_WithAllThatTheyAreMadeOf_HaveAForm()
    {
        await using var server = await TestServer.StartAsync();
        var assembly = typeof(V1Pod).Assembly;
        List<Type> served =
        [
            .. server.Services.GetServices<ResourceDeclaration>().Select(static item => item.ObjectType),
            .. server.Services.GetServices<ICreateHandler>().Select(static item => item.Description.BodyType),
            typeof(V1Scale), typeof(V1ComponentStatus), typeof(V1Status), typeof(V1DeleteOptions),
        ];
        served.AddRange(served.Select(type => assembly.GetType(type.FullName + "List")).OfType<Type>().ToList());
        Assert.True(served.Count > 125, $"only {served.Count} kinds are found");
        var seen = new HashSet<Type>();
        var missing = new List<string>();
        foreach (var type in served)
        {
            if (ProtobufModels.Find(type) is null) { missing.Add(type.Name); }
            Collect(Schemas.For(type), seen, missing);
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing.Distinct()));
        Assert.True(seen.Count > 500, $"only {seen.Count} types are found");
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Sample_ThroughProtobuf_LosesNothing(string file)
    {
        Skip.If(file == "none", "the public samples are not on this machine");
        var sample = (JsonMap)JsonTree.Read(File.ReadAllBytes(Path.Combine(OracleData.Find("samples")!, file)))!;
        Skip.IfNot(sample.ContainsKey("kind"), "no object");
        var type = ModelOf((string)sample["apiVersion"]!, (string)sample["kind"]!);
        Skip.If(type is null, "not served");
        // As this version of the models has it.
        var document = (JsonMap)JsonTree.Read(ApiJson.Serialize(ApiJson.Deserialize(JsonTree.Write(sample), type!), type!))!;
        RemoveNewer(document, Schemas.For(type!));
        AssertSame(document, Through(document, type!));
    }

    [SkippableFact]
    public void WhatIsNewer_IsUnknownToTheReleaseThatIsServed()
    {
        var definitions = (JsonMap)((JsonMap)JsonTree.Read(File.ReadAllBytes(OracleData.Require("openapi-v2.json")))!)["definitions"]!;
        Assert.DoesNotContain(Newer, name => definitions[name[..name.LastIndexOf('.')]] is JsonMap definition && ((JsonMap)definition["properties"]!).ContainsKey(name[(name.LastIndexOf('.') + 1)..]));
    }

    [Theory]
    [MemberData(nameof(Emptiness))]
    public void EmptyValues_AreAbsentJustWhereTheySayNothing(Type type, string sent, string? arrives)
        => AssertSame(WithHead(arrives ?? sent), Through(WithHead(sent), type));

    [Theory]
    [MemberData(nameof(Schemata))]
    public void Schema_OfADefinition_ComesThroughWhole(string schema)
    {
        var definition = $$$"""{"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"ws","kind":"W"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{schema}}}},"subresources":{"status":{}},"selectableFields":[{"jsonPath":".spec.a"}]}]},"status":{"storedVersions":["v1"],"observedGeneration":3,"conditions":[{"type":"Established","status":"True","observedGeneration":2}]}}""";
        AssertSame(WithHead(definition), Through(WithHead(definition), typeof(V1CustomResourceDefinition)));
    }

    [Fact]
    public void Schema_ManyLevelsDeep_ComesThroughOrIsRefused()
    {
        foreach (var (depth, isTaken) in ((int, bool)[])[(60, true), (90, true), (120, false), (400, false)])
        {
            var schema = string.Concat(Enumerable.Repeat("""{"items":{"properties":{"p":""", depth)) + "{}" + string.Concat(Enumerable.Repeat("}}}", depth));
            var body = Packed(Nested(depth), typeof(V1CustomResourceDefinition));
            if (!isTaken) { Assert.Throws<FormatException>(() => ProtobufInput.ToJson(body, Schemas.For(typeof(V1CustomResourceDefinition)))); continue; }
            AssertSame(
                WithHead($$$"""{"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{{{schema}}}}}]}}"""),
                (JsonMap)JsonTree.Read(ProtobufInput.ToJson(body, Schemas.For(typeof(V1CustomResourceDefinition))))!);
        }
    }

    // The message of a definition whose schema is nested so often; deeper than what the writer takes, so built from inside out.
    private static byte[] Nested(int depth)
    {
        byte[] schema = [];
        for (; depth > 0; depth--)
        {
            // A map's entry p of properties=29, in the one schema of items=24.
            byte[] entry = [0x0A, 1, (byte)'p', .. Field(2, schema)];
            schema = Field(24, Field(1, Field(29, entry)));
        }

        byte[] version = [0x0A, 2, (byte)'v', (byte)'1', .. Field(4, Field(1, schema))];
        return Field(2, Field(7, version));
    }

    private static byte[] Field(int number, byte[] value)
    {
        using var buffer = new ProtobufBuffer();
        buffer.Bytes(number, value);
        return buffer.Written.ToArray();
    }

    private static byte[] Packed(byte[] message, Type type)
    {
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(buffer, "v1", "X", message, static (output, message) => output.Raw(message));
        return buffer.Written.ToArray();
    }

    private static void Collect(ObjectSchema schema, HashSet<Type> seen, List<string> missing)
    {
        if (!seen.Add(schema.ModelType!)) { return; }
        var message = new ProtobufMessage(schema);
        foreach (var property in schema.Properties)
        {
            if (property.Name is "apiVersion" or "kind" && typeof(IKubernetesObject).IsAssignableFrom(schema.ModelType)) { continue; }
            if (Newer.Contains($"{schema.DefinitionName}.{property.Name}")) { continue; }
            if (message.Find(property.Utf8Name) is null) { missing.Add($"{schema.DefinitionName}.{property.Name}"); }
            var value = property.Value;
            while (value.Element is { } element) { value = element; }
            if (value.Object is { } inner) { Collect(inner, seen, missing); }
        }
    }

    private static void RemoveNewer(object? value, ObjectSchema schema)
    {
        if (value is not JsonMap map) { return; }
        foreach (var property in schema.Properties)
        {
            if (Newer.Contains($"{schema.DefinitionName}.{property.Name}")) { map.Remove(property.Name); continue; }
            var inner = property.Value;
            IEnumerable<object?> values = [map.GetValueOrDefault(property.Name)];
            for (; inner.Element is { } element; inner = element)
            {
                values = [.. values.SelectMany(static item => item switch { JsonList list => list, JsonMap entries => entries.Values, _ => Enumerable.Empty<object?>() })];
            }

            if (inner.Kind == ValueKind.Object) { foreach (var item in values) { RemoveNewer(item, inner.Object!); } }
        }
    }

    private static Type? ModelOf(string version, string kind) => typeof(V1Pod).Assembly.GetTypes().FirstOrDefault(item =>
        item.GetCustomAttributes(typeof(KubernetesEntityAttribute), false) is [KubernetesEntityAttribute entity] && entity.Kind == kind
        && (entity.Group.Length == 0 ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}") == version
        && ProtobufFields.Of(Schemas.For(item).DefinitionName) is not null);

    private static JsonMap WithHead(string json)
    {
        var document = (JsonMap)JsonTree.Read(Encoding.UTF8.GetBytes(json))!;
        document["apiVersion"] = "v1";
        document["kind"] = "X";
        return document;
    }

    private static JsonMap Through(JsonMap document, Type type)
    {
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(
            buffer, (string)document["apiVersion"]!, (string)document["kind"]!, (json: JsonTree.Write(document), message: ProtobufModels.Find(type)!),
            static (output, state) => ProtobufOutput.Write(output, state.json, state.message));
        return (JsonMap)JsonTree.Read(ProtobufInput.ToJson(buffer.Written.Span, Schemas.For(type)))!;
    }

    private static void AssertSame(JsonMap expected, JsonMap actual) => Assert.True(JsonTree.Equals(expected, actual), string.Join('\n', Differences(expected, actual, string.Empty)));

    private static IEnumerable<string> Differences(object? expected, object? actual, string path) => (expected, actual) switch
    {
        (JsonMap map, JsonMap other) => map.Keys.Union(other.Keys).SelectMany(key => Differences(map.GetValueOrDefault(key), other.GetValueOrDefault(key), $"{path}.{key}")),
        (JsonList list, JsonList other) when list.Count == other.Count => list.Zip(other).SelectMany((pair, index) => Differences(pair.First, pair.Second, $"{path}[{index}]")),
        _ => JsonTree.Equals(expected, actual) ? [] : [$"{path}: expected {Encoding.UTF8.GetString(JsonTree.Write(expected))}, got {Encoding.UTF8.GetString(JsonTree.Write(actual))}"],
    };
}
