using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What a write leaves out, fills in or carries over without a word, or with one.</summary>
public sealed class PreparationTests
{
    private const string Annotation = "container.apparmor.security.beta.kubernetes.io/c";
    private const string Deprecated = $"metadata.annotations[{Annotation}]: deprecated since v1.30; use the \"appArmorProfile\" field instead";

    public static TheoryData<string, string, string, string?> Profiles => new()
    {
        { "runtime/default", "", "RuntimeDefault:", Deprecated },
        { "unconfined", "", "Unconfined:", Deprecated },
        { "localhost/mine", "", "Localhost:mine", Deprecated },
        { "localhost/ padded", "", ":", Deprecated },
        { "localhost/", "", ":", Deprecated },
        { "", "", ":", Deprecated },
        { "unconfined", "securityContext: {appArmorProfile: {type: Unconfined}}, ", ":", null },
        { "runtime/default", "securityContext: {appArmorProfile: {type: Unconfined}}, ", "RuntimeDefault:", Deprecated },
        { "runtime/default", "os: {name: windows}, ", ":", null },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public void NewPod_WithAnAnnotationForAppArmor_HasTheField(string annotation, string spec, string expected, string? warning)
    {
        var pod = Declared.FromYaml<V1Pod>($"{{metadata: {{name: p, annotations: {{{Annotation}: '{annotation}'}}}}, spec: {{{spec}containers: [{{name: c, image: i}}]}}}}");
        var warnings = new List<string>();
        Declared.Of<V1Pod>().Default(pod);
        Declared.Of<V1Pod>().PrepareForCreate(pod, warnings);

        var profile = pod.Spec.Containers[0].SecurityContext?.AppArmorProfile;
        Assert.Equal(expected, $"{profile?.Type}:{profile?.LocalhostProfile}");
        Assert.Equal(warning is null ? [] : [warning], warnings);
    }

    [Fact]
    public void NewPod_WithAnnotationAndField_IsLeftAlone()
    {
        var pod = Declared.FromYaml<V1Pod>($"{{metadata: {{name: p, annotations: {{{Annotation}: unconfined}}}}, spec: {{containers: [{{name: c, image: i, securityContext: {{appArmorProfile: {{type: Unconfined}}}}}}]}}}}");
        var warnings = new List<string>();
        Declared.Of<V1Pod>().PrepareForCreate(pod, warnings);
        Assert.Empty(warnings);
    }

    [Fact]
    public void StatusOfPod_ByAWriterThatDoesNotKnowGenerations_KeepsThem()
    {
        var old = Declared.Created<V1Pod>("{metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
        old.Status.ObservedGeneration = 3;
        old.Status.Conditions = [Condition("A", 1), Condition("A", 2), Condition("B", 3)];
        var value = ApiJson.DeepCopy(old);
        value.Status.ObservedGeneration = null;
        value.Status.Conditions = [Condition("C", null), Condition("A", null), Condition("B", 9), Condition("A", 0), Condition("A", null)];

        Declared.Of<V1Pod>().PrepareForStatusUpdate(value, old);

        Assert.Equal(3, value.Status.ObservedGeneration);
        Assert.Equal([null, 1, 9, 2, null], value.Status.Conditions.Select(static condition => condition.ObservedGeneration));
    }

    [Fact]
    public void Account_KeepsNothingButTheNamesOfItsSecrets()
    {
        const string Yaml = "{metadata: {name: a}, secrets: [{name: s, namespace: n, kind: Secret, uid: u}]}";
        var created = Declared.Created<V1ServiceAccount>(Yaml);
        var updated = Declared.Updated(created, static account => account.Secrets = [new V1ObjectReference { Name = "t", NamespaceProperty = "n" }]);

        Assert.Equal([new V1ObjectReference { Name = "s" }], created.Secrets);
        Assert.Equal([new V1ObjectReference { Name = "t" }], updated.Secrets);
    }

    [Fact]
    public void Endpoints_LoseLabelsOfNodesUnlessTheyAreAsTheyWere()
    {
        const string Yaml = "{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: [1.2.3.4], deprecatedTopology: {kubernetes.io/hostname: n, a: b}}]}";
        var stored = Declared.FromYaml<V1EndpointSlice>(Yaml);

        Assert.Null(Declared.Created<V1EndpointSlice>(Yaml).Endpoints[0].DeprecatedTopology);
        Assert.Equal("b", Declared.Updated(stored, static slice => slice.Metadata.Labels = new Dictionary<string, string> { ["x"] = "y" }).Endpoints[0].DeprecatedTopology["a"]);
        var changed = Declared.Updated(stored, static slice => slice.Endpoints[0].Addresses = ["1.2.3.5"]).Endpoints[0];
        Assert.Equal((null, "n"), (changed.DeprecatedTopology, changed.NodeName));
        var unknown = Declared.Updated(stored, static slice => slice.Endpoints[0].DeprecatedTopology["kubernetes.io/hostname"] = "m").Endpoints[0];
        Assert.Equal((null, null), (unknown.DeprecatedTopology, unknown.NodeName));
    }

    [Theory]
    [InlineData("80", "80")]
    [InlineData("\"80\"", "\"80\"")]
    [InlineData("\"http\"", "\"http\"")]
    [InlineData("\"080\"", "\"080\"")]
    public void NumberOrText_StaysWhatItWasSentAs(string sent, string kept)
    {
        var service = ApiJson.Deserialize<V1Service>(System.Text.Encoding.UTF8.GetBytes("""{"spec":{"ports":[{"port":1,"targetPort":""" + sent + "}]}}"));
        Assert.Contains($"\"targetPort\":{kept}", System.Text.Encoding.UTF8.GetString(ApiJson.Serialize(ApiJson.DeepCopy(service))), StringComparison.Ordinal);
        Assert.Equal(sent[0] == '"' && sent != "\"http\"", service.Spec.Ports[0].TargetPort.IsQuoted());
    }

    private static V1PodCondition Condition(string type, long? generation) => new() { Type = type, Status = "True", ObservedGeneration = generation };
}
