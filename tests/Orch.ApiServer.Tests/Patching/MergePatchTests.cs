using System.Text;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;

namespace Orch.ApiServer.Tests.Patching;

public sealed class MergePatchTests
{
    // The table in RFC 7386, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("{}", """{"a":[{"b":null,"c":1},null]}""", """{"a":[{"c":1},null]}""")]
    [InlineData("""{"a":[7]}""", """{"a":[{"b":null}]}""", """{"a":[{}]}""")]
    [InlineData("""{"a":{}}""", """{"a":[{"b":null}]}""", """{"a":[{"b":null}]}""")]
    public void RfcCases_Pass(string document, string patch, string expected)
        => Assert.Equal(expected, Encoding.UTF8.GetString(JsonTree.Write(
            MergePatch.Apply(JsonTree.Read(Encoding.UTF8.GetBytes(document)), JsonTree.Read(Encoding.UTF8.GetBytes(patch))))));
}
