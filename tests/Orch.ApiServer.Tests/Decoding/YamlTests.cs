using System.Text;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Schema;
using Orch.Client;

namespace Orch.ApiServer.Tests.Decoding;

public sealed class YamlTests
{
    private static readonly RequestDecoder Decoder = new(new ObjectDecoder(new ModelSchemas()), new ModelSchemas());

    [Theory]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: \"yes\"", """{"a":"yes"}""")]
    [InlineData("a: off", """{"a":false}""")]
    [InlineData("a: ~\nb:", """{"a":null,"b":null}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: 1.50", """{"a":1.5}""")]
    [InlineData("a: 1e3", """{"a":1000}""")]
    [InlineData("a: 1.2.3", """{"a":"1.2.3"}""")]
    [InlineData("a: 089", """{"a":89}""")]
    [InlineData("a: 2001-01-01", """{"a":"2001-01-01"}""")]
    [InlineData("a: -", """{"a":["x"]}""", "a:\n- x")]
    [InlineData("1: x\ntrue: z", """{"1":"x","true":"z"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("a: !!binary aGk=", """{"a":"hi"}""")]
    [InlineData("a: |\n  one\n  two\n", """{"a":"one\ntwo\n"}""")]
    [InlineData("b: &x {p: 1}\nc:\n  <<: *x\n  q: 2", """{"b":{"p":1},"c":{"q":2,"p":1}}""")]
    [InlineData("---\na: 1\n---\nb: 2", """{"a":1}""")]
    [InlineData("", "null")]
    public void Documents_ReadAsUpstreamReadsThem(string yaml, string json, string? instead = null)
        => Assert.Equal(json, Encoding.UTF8.GetString(YamlInput.ToJson(Encoding.UTF8.GetBytes(instead ?? yaml), [])));

    [Fact]
    public void AliasBomb_IsRefused()
    {
        var yaml = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var level = 1; level < 12; level++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        var fault = Assert.Throws<ApiException>(() => Decode(yaml.ToString(), FieldValidation.Ignore));
        Assert.Contains("excessive aliasing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DuplicateKeys_Strict_AreRefusedWithTheLine()
    {
        var fault = Assert.Throws<ApiException>(() => Decode("kind: ConfigMap\napiVersion: v1\ndata:\n  a: x\n  a: z\n", FieldValidation.Strict));
        Assert.Equal("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 5: key \"a\" already set in map", fault.Message);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: *b")]
    [InlineData("a: .nan")]
    public void Malformed_IsABadRequest(string yaml)
    {
        var fault = Assert.Throws<ApiException>(() => Decode(yaml, FieldValidation.Ignore));
        Assert.Equal(400, fault.Code);
        Assert.StartsWith("the object provided is unrecognized (must be of type ConfigMap): error converting YAML to JSON: ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"b":"x","a":{"k":1,"e":{},"l":[]}}""", "a:\n  e: {}\n  k: 1\n  l: []\nb: x\n")]
    [InlineData("""{"a":"yes","b":"1","c":"","d":"null","e":"2001-01-01","f":"1.5"}""", "a: \"yes\"\nb: \"1\"\nc: \"\"\nd: \"null\"\ne: \"2001-01-01\"\nf: \"1.5\"\n")]
    [InlineData("""{"a":"one\ntwo\n"}""", "a: |\n  one\n  two\n")]
    [InlineData("""{"a":[{"x":1,"z":2},"z"]}""", "a:\n- x: 1\n  z: 2\n- z\n")]
    public void Output_IsWhatUpstreamWrites(string json, string yaml)
        => Assert.Equal(yaml, Encoding.UTF8.GetString(YamlOutput.FromJson(Encoding.UTF8.GetBytes(json))));

    private static DecodedBody Decode(string yaml, FieldValidation validation)
        => Decoder.Decode(new DecodeRequest(Encoding.UTF8.GetBytes(yaml), "application/yaml", new(string.Empty, "v1", "ConfigMap"), typeof(V1ConfigMap), validation));
}
