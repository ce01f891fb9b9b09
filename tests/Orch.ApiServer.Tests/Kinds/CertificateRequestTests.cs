using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>A signing request's way through a server.</summary>
public sealed class CertificateRequestTests
{
    [Fact]
    public async Task Request_FromCreationToApproval_KeepsWhoAskedAndWhatFor()
    {
        await using var server = await TestServer.StartAsync();
        var requests = server.Client(new ClientIdentity("jane", ["system:masters"])).Resource<V1CertificateSigningRequest>();
        var made = await requests.CreateAsync(new V1CertificateSigningRequest
        {
            Metadata = new V1ObjectMeta { Name = "jane" },
            Spec = new V1CertificateSigningRequestSpec
            {
                Request = CertificateSigningRequestRulesTests.Pem(), SignerName = "example.com/signer", Usages = ["client auth"], Username = "system:admin", Groups = ["forged"],
            },
        }, default);
        Assert.Equal("jane", made.Spec.Username);
        Assert.DoesNotContain("forged", made.Spec.Groups);

        var wanted = ApiJson.DeepCopy(made);
        wanted.Spec.SignerName = "example.com/other";
        wanted.Status = new V1CertificateSigningRequestStatus { Conditions = [new V1CertificateSigningRequestCondition { Type = "Approved", Status = "True", Reason = "Test" }] };
        var approved = await requests.UpdateSubresourceAsync(wanted, "approval", default);
        Assert.Equal("example.com/signer", approved.Spec.SignerName);
        Assert.NotNull(Assert.Single(approved.Status.Conditions).LastUpdateTime);

        var withdrawn = ApiJson.DeepCopy(approved);
        withdrawn.Status.Conditions = null;
        var refusal = await Assert.ThrowsAsync<ApiException>(() => requests.UpdateSubresourceAsync(withdrawn, "approval", default));
        Assert.Contains("status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"", refusal.Message, StringComparison.Ordinal);

        Assert.Single((await requests.ListAsync(new ListRequest { FieldSelector = "spec.signerName=example.com/signer" }, default)).Items);
        Assert.Empty((await requests.ListAsync(new ListRequest { FieldSelector = "spec.signerName=example.com/other" }, default)).Items);
    }

    [Fact]
    public async Task Status_OfFlowSchema_LeavesTheRestAlone()
    {
        await using var server = await TestServer.StartAsync();
        var schemas = server.Admin.Resource<V1FlowSchema>();
        var there = await schemas.GetAsync(ObjectKey.Cluster("global-default"), default);
        var wanted = ApiJson.DeepCopy(there);
        (wanted.Spec.MatchingPrecedence, wanted.Metadata.Labels) = (1, new Dictionary<string, string> { ["a"] = "b" });
        wanted.Status = new V1FlowSchemaStatus { Conditions = [new V1FlowSchemaCondition { Type = "Dangling", Status = "False" }] };

        var written = await schemas.UpdateStatusAsync(wanted, default);

        Assert.Equal((there.Spec.MatchingPrecedence, null, "Dangling"), (written.Spec.MatchingPrecedence, written.Metadata.Labels, written.Status.Conditions[0].Type));
    }
}
