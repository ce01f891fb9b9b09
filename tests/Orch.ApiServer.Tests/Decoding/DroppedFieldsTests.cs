using System.Net;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Decoding;

/// <summary>Fields of the API that the models lack, all of features that are off upstream: taken without a word, and dropped.</summary>
public sealed class DroppedFieldsTests
{
    private const string Slice = """
        {"apiVersion":"resource.k8s.io/v1","kind":"ResourceSlice","metadata":{"name":"s"},"spec":{"driver":"d.example.com","nodeName":"n","pool":{"name":"p","generation":1,"resourceSliceCount":1},
        "devices":[{"name":"a","nodeAllocatableResourceMappings":{"cpu":{"allocationMultiplier":"2"}}}]}}
        """;

    [Fact]
    public void EveryType_DropsNothingButWhatIsKnownToBeOff()
    {
        var schemas = new ModelSchemas();
        var dropped = SchemaFacts.Load().Keys.Where(static type => type != typeof(V1Patch)).Select(schemas.For).SelectMany(static schema => schema.Dropped.Select(name => $"{schema.GoType}.{name}"));
        Assert.Equal(["v1.NodeAllocatableResourceClaimStatus.resources", "v1.Device.nodeAllocatableResourceMappings"], dropped);
    }

    [Theory]
    [InlineData("nodeAllocatableResourceMappings", "")]
    [InlineData("nodeAllocatableResourceMapping", "unknown field \"spec.devices[0].nodeAllocatableResourceMapping\"")]
    public void Scan_OfADroppedField_IsNoFault(string field, string faults)
    {
        var schemas = new ModelSchemas();
        var body = Encoding.UTF8.GetBytes(Slice.Replace("nodeAllocatableResourceMappings", field, StringComparison.Ordinal));
        var decoded = new RequestDecoder(new ObjectDecoder(schemas), schemas).Decode(
            new DecodeRequest(body, "application/json", new GroupVersionKind("resource.k8s.io", "v1", "ResourceSlice"), typeof(V1ResourceSlice), FieldValidation.Warn));
        Assert.Equal(faults, string.Join(", ", decoded.Warnings));
    }

    [Fact]
    public async Task CreateAndApply_WithADroppedField_Strictly_AreAccepted()
    {
        await using var server = await TestServer.ListenAsync();
        using var http = server.Http();
        const string slices = "/apis/resource.k8s.io/v1/resourceslices";
        var (created, made, _) = await http.SendAsync("POST", slices + "?fieldValidation=Strict", Slice);
        Assert.True(created == HttpStatusCode.Created, made.ToJsonString());
        Assert.Null(made["spec"]!["devices"]![0]!["nodeAllocatableResourceMappings"]);
        var (applied, body, _) = await http.SendAsync("PATCH", slices + "/s?fieldManager=me&force=true&fieldValidation=Strict", Slice, "application/apply-patch+yaml");
        Assert.True(applied == HttpStatusCode.OK, body.ToJsonString());
    }
}
