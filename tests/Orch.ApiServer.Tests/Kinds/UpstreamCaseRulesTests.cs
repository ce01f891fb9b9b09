using System.Text;
using k8s;
using k8s.Models;
using Orch.Serialization;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Rules that were found by walking upstream's own tables of cases.</summary>
public sealed class UpstreamCaseRulesTests
{
    private const string NoLetter = "must contain at least one letter (a-z)";
    private const string NoPercent = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    private const string Volume = "capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce]";
    private const string Workload = "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["tolerations in an annotation"] = (Pod("""scheduler.alpha.kubernetes.io/tolerations: '[{"key":"a","Operator":"Exists","value":"b","tolerationSeconds":1,"more":[]},null]'"""),
            "metadata.annotations.scheduler.alpha.kubernetes.io/tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set\n"
            + "metadata.annotations.scheduler.alpha.kubernetes.io/tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'\n"
            + "metadata.annotations.scheduler.alpha.kubernetes.io/tolerations[1].operator: Invalid value: \"\": operator must be Exists when `key` is empty, which means \"match all values and all keys\""),
        ["sound tolerations in an annotation"] = (Pod("""scheduler.alpha.kubernetes.io/tolerations: '[{"key":"a","operator":"Exists"}]'"""), ""),
        ["no tolerations in an annotation"] = (Pod("scheduler.alpha.kubernetes.io/tolerations: 'null'"), ""),
        ["annotation that is no JSON"] = (Pod("scheduler.alpha.kubernetes.io/tolerations: '[}'"), "metadata.annotations: Invalid value: \"scheduler.alpha.kubernetes.io/tolerations\": invalid character '}' looking for beginning of value"),
        ["annotation that is no list"] = (Pod("scheduler.alpha.kubernetes.io/tolerations: '{}'"), "metadata.annotations: Invalid value: \"scheduler.alpha.kubernetes.io/tolerations\": json: cannot unmarshal object into Go value of type []v1.Toleration"),
        ["annotation of the wrong type"] = (Pod("""scheduler.alpha.kubernetes.io/tolerations: '[{"key":1}]'"""), "metadata.annotations: Invalid value: \"scheduler.alpha.kubernetes.io/tolerations\": json: cannot unmarshal number into Go struct field Toleration.key of type string"),
        ["annotation of a broken number"] = (Pod("""scheduler.alpha.kubernetes.io/tolerations: '[{"tolerationSeconds":1.5}]'"""), "metadata.annotations: Invalid value: \"scheduler.alpha.kubernetes.io/tolerations\": json: cannot unmarshal number 1.5 into Go struct field Toleration.tolerationSeconds of type int64"),

        ["taints in an annotation"] = (Create<V1Node>("""{metadata: {name: n, annotations: {scheduler.alpha.kubernetes.io/taints: '[{"key":"a","effect":"Odd"}]'}}}"""),
            "metadata.annotations.scheduler.alpha.kubernetes.io/taints[0].effect: Unsupported value: \"Odd\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),
        ["taints of the wrong type"] = (Create<V1Node>("""{metadata: {name: n, annotations: {scheduler.alpha.kubernetes.io/taints: '[3]'}}}"""), "metadata.annotations: Invalid value: \"scheduler.alpha.kubernetes.io/taints\": json: cannot unmarshal number into Go value of type v1.Taint"),
        ["avoided pods"] = (Create<V1Node>("""{metadata: {name: n, annotations: {scheduler.alpha.kubernetes.io/preferAvoidPods: '{"preferAvoidPods":[{"podSignature":{}},{"podSignature":{"podController":{"controller":false}}},{"podSignature":{"podController":{"controller":true}}}]}'}}}"""),
            "metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[0].PodSignature: Required value\n"
            + "metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[1].PodSignature.PodController.Controller: Invalid value: false: must point to a controller"),
        ["avoided pods that are no JSON"] = (Create<V1Node>("{metadata: {name: n, annotations: {scheduler.alpha.kubernetes.io/preferAvoidPods: x}}}"), "metadata.annotations.AvoidPods: Invalid value: \"scheduler.alpha.kubernetes.io/preferAvoidPods\": invalid character 'x' looking for beginning of value"),
        ["avoided pods in a status"] = (Status<V1Node>("{metadata: {name: n, annotations: {scheduler.alpha.kubernetes.io/preferAvoidPods: '[]'}}}", static _ => { }), "metadata.annotations.AvoidPods: Invalid value: \"scheduler.alpha.kubernetes.io/preferAvoidPods\": json: cannot unmarshal array into Go value of type v1.AvoidPods"),

        ["root that is swept"] = (Create<V1PersistentVolume>($"{{metadata: {{name: v}}, spec: {{{Volume}, persistentVolumeReclaimPolicy: Recycle, hostPath: {{path: /./}}}}}}"), "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"),
        ["root that is swept, put differently"] = (Create<V1PersistentVolume>($"{{metadata: {{name: v}}, spec: {{{Volume}, persistentVolumeReclaimPolicy: Recycle, hostPath: {{path: /a/..}}}}}}"),
            "spec.hostPath.path: Invalid value: \"/a/..\": must not contain '..'\nspec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"),
        ["directory that is swept"] = (Create<V1PersistentVolume>($"{{metadata: {{name: v}}, spec: {{{Volume}, persistentVolumeReclaimPolicy: Recycle, hostPath: {{path: /a}}}}}}"), ""),

        ["port as a text"] = (Sent<V1Service>("""{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":"80"}]}}"""), $"spec.ports[0].targetPort: Invalid value: \"80\": {NoLetter}"),
        ["port as a number"] = (Sent<V1Service>("""{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":80}]}}"""), ""),
        ["probe's port as a text"] = (Sent<V1Pod>("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","livenessProbe":{"httpGet":{"port":"8080"}}}]}}"""), $"spec.containers[0].livenessProbe.httpGet.port: Invalid value: \"8080\": {NoLetter}"),
        ["policy's port as a text"] = (Sent<V1NetworkPolicy>("""{"metadata":{"name":"n"},"spec":{"podSelector":{},"ingress":[{"ports":[{"port":"80"}]}]}}"""), $"spec.ingress[0].ports[0].port: Invalid value: \"80\": {NoLetter}"),
        ["surge as a text"] = (Sent<V1Deployment>("""{"metadata":{"name":"d"},"spec":{"strategy":{"rollingUpdate":{"maxSurge":"1","maxUnavailable":1}},""" + Workload + "}}"), $"spec.strategy.rollingUpdate.maxSurge: Invalid value: \"1\": {NoPercent}"),
        ["budget as a text"] = (Sent<V1PodDisruptionBudget>("""{"metadata":{"name":"b"},"spec":{"minAvailable":"1","selector":{}}}"""), $"spec.minAvailable: Invalid value: \"1\": {NoPercent}"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_OfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static Func<string> Pod(string annotations, string spec = "") => Create<V1Pod>($"{{metadata: {{name: p, annotations: {{{annotations}}}}}, spec: {{{spec}containers: [{{name: c, image: i}}]}}}}");

    // As the server reads it, which tells texts from numbers.
    private static Func<string> Sent<T>(string json)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.CreateFaults(ApiJson.Deserialize<T>(Encoding.UTF8.GetBytes(json)));
}
