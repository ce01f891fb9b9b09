using System.Text;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Schema;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Decoding;

public sealed class RequestDecoderTests
{
    private static readonly RequestDecoder Decoder = new(new ObjectDecoder(new ModelSchemas()), new ModelSchemas());
    private static readonly GroupVersionKind Deployment = new("apps", "v1", "Deployment");
    private static readonly GroupVersionKind ConfigMap = new(string.Empty, "v1", "ConfigMap");

    [Theory]
    [InlineData("""{"spec":{"replicaz":1}}""", """unknown field "spec.replicaz" """)]
    [InlineData("""{"metadata":{"name":"a","name":"b"}}""", """duplicate field "metadata.name" """)]
    [InlineData("""{"foo":{"x":[1,{}]},"spec":{"template":{"spec":{"containers":[{"name":"a"},{"nam":"b"}]}}}}""",
        """unknown field "foo", unknown field "spec.template.spec.containers[1].nam" """)]
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2","a":"3"}}}""", """duplicate field "metadata.labels.a" """)]
    [InlineData("""{"Spec":{}}""", """unknown field "Spec" """)]
    public void UnknownAndDuplicateFields_Strict_AreRefusedByPath(string body, string faults)
        => Refused($"Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: {faults.Trim()}", body, FieldValidation.Strict);

    [Fact]
    public void UnknownFields_Warn_AreToldAndDropped()
    {
        var body = Decode("""{"spec":{"replicaz":1,"replicas":3,"paused":true,"paused":false}}""", FieldValidation.Warn);
        Assert.Equal(["unknown field \"spec.replicaz\"", "duplicate field \"spec.paused\""], body.Warnings);
        Assert.Equal(3, ((V1Deployment)body.Value).Spec.Replicas);
        Assert.False(((V1Deployment)body.Value).Spec.Paused);
    }

    [Fact]
    public void UnknownFields_Ignore_AreDropped() => Assert.Empty(Decode("""{"x":1}""", FieldValidation.Ignore).Warnings);

    [Theory]
    [InlineData("""{"spec":{"replicas":"3"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":3000000000}}""", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":[]}""", "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{}}}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":["x"]}}}}""", "json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"image":5}]}}}}""", "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string")]
    [InlineData("""{"spec":{"template":{"spec":{"restartPolicy":5}}}}""", "json: cannot unmarshal number into Go struct field PodSpec.spec.template.spec.restartPolicy of type v1.RestartPolicy")]
    [InlineData("""{"metadata":{"labels":{"a":true}}}""", "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    [InlineData("""{"metadata":{"creationTimestamp":7}}""", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string")]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":{"maxSurge":{}}}}}""", "json: cannot unmarshal object into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"1x"}}}]}}}}""", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    public void WrongTypes_AreNamedWithTheirPath(string body, string fault)
        => Refused($"Deployment in version \"v1\" cannot be handled as a Deployment: {fault}", body);

    [Theory]
    [InlineData("", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")]
    [InlineData("{", "couldn't get version/kind; json parse error: unexpected end of JSON input ({)")]
    [InlineData("nope", "couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') (6e6f7065)")]
    [InlineData("{\"a\":1,}", "couldn't get version/kind; json parse error: invalid character '}' looking for beginning of object key string ({\"a\":1,})")]
    [InlineData("{} {}", "couldn't get version/kind; json parse error: invalid character '{' after top-level value ({} {})")]
    [InlineData("{\"kind\":3}", "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({\"kind\":3})")]
    [InlineData("{\"apiVersion\":\"a/b/c\"}", "unexpected GroupVersion string: a/b/c ({\"apiVersion\":\"a/b/c\"})")]
    public void Malformed_IsRefusedInGosWords(string body, string fault)
        => Refused($"the object provided is unrecognized (must be of type Deployment): {fault}", body);

    [Theory]
    [InlineData("""{"kind":"Foo","apiVersion":"v1"}""", "Foo in version \"v1\" cannot be handled as a Deployment: no kind \"Foo\" is registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"")]
    [InlineData("""{"kind":"Deployment","apiVersion":"extensions/v1beta1"}""", "Deployment in version \"v1beta1\" cannot be handled as a Deployment: no kind \"Deployment\" is registered for version \"extensions/v1beta1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"")]
    [InlineData("""{"kind":"Service","apiVersion":"v1"}""", "Service in version \"v1\" cannot be handled as a Deployment: converting (v1.Service) to (apps.Deployment): unknown conversion")]
    public void OtherKinds_AreRefused(string body, string message) => Refused(message, body);

    [Fact]
    public void OtherVersionOfTheKind_IsRefused()
    {
        var fault = Assert.Throws<ApiException>(() => Decoder.Decode(new DecodeRequest(
            Bytes("""{"kind":"Event","apiVersion":"events.k8s.io/v1"}"""), string.Empty, new(string.Empty, "v1", "Event"), typeof(Corev1Event), FieldValidation.Warn)));
        Assert.Equal("the API version in the data (events.k8s.io/v1) does not match the expected API version (v1)", fault.Message);
    }

    [Fact]
    public void AbsentKind_IsTakenAsExpected()
    {
        var value = Decode("{}", FieldValidation.Strict).Value;
        Assert.Equal(("apps/v1", "Deployment"), (value.ApiVersion, value.Kind));
    }

    [Fact]
    public void Nulls_AreAbsentOrZero()
    {
        var value = (V1Deployment)Decode(
            """{"metadata":{"labels":{"a":null},"ownerReferences":[null]},"spec":{"minReadySeconds":null,"template":{"spec":{"containers":[null,{"args":[null],"ports":[{"containerPort":null}]}]}}},"status":null}""",
            FieldValidation.Strict).Value;
        Assert.Equal(string.Empty, value.Metadata.Labels["a"]);
        Assert.NotNull(value.Metadata.OwnerReferences[0]);
        Assert.Equal(2, value.Spec.Template.Spec.Containers.Count);
        Assert.Equal([string.Empty], value.Spec.Template.Spec.Containers[1].Args);
    }

    [Fact]
    public void BrokenUtf8AndSurrogates_BecomeReplacementCharacters()
    {
        byte[] body = [.. "{\"data\":{\"a\":\""u8, 0xff, .. "\",\"b\":\"\\ud800x\"}}"u8];
        var value = (V1ConfigMap)Decoder.Decode(new DecodeRequest(body, "application/json", ConfigMap, typeof(V1ConfigMap), FieldValidation.Strict)).Value;
        Assert.Equal("\ufffd", value.Data["a"]);
        Assert.Equal("\ufffdx", value.Data["b"]);
    }

    [Fact]
    public void DeeplyNested_IsRefused()
        => Assert.Equal(400, Assert.Throws<ApiException>(() => Decode(string.Concat(Enumerable.Repeat("{\"a\":", 5000)), FieldValidation.Warn)).Code);

    [Fact]
    public void DeleteOptions_OfAnyVersion_AreTaken()
    {
        var value = (V1DeleteOptions)Decoder.Decode(new DecodeRequest(
            Bytes("""{"kind":"DeleteOptions","apiVersion":"policy/v1","gracePeriodSeconds":3}"""), string.Empty, new(string.Empty, "v1", "DeleteOptions"), typeof(V1DeleteOptions), FieldValidation.Ignore)).Value;
        Assert.Equal(3, value.GracePeriodSeconds);
    }

    [Fact]
    public void UnknownContentType_Is415()
        => Assert.Equal(415, Assert.Throws<ApiException>(() => Decoder.Decode(new DecodeRequest(
            Bytes("x"), "text/plain", ConfigMap, typeof(V1ConfigMap), FieldValidation.Warn))).Code);

    private static void Refused(string message, string body, FieldValidation validation = FieldValidation.Warn)
    {
        var fault = Assert.Throws<ApiException>(() => Decode(body, validation));
        Assert.Equal(message, fault.Message);
        Assert.Equal((400, "BadRequest"), (fault.Code, fault.Reason));
    }

    private static DecodedBody Decode(string body, FieldValidation validation)
        => Decoder.Decode(new DecodeRequest(Bytes(body), "application/json; charset=utf-8", Deployment, typeof(V1Deployment), validation));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
