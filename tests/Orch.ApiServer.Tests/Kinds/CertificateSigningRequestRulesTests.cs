using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Kinds.Certificates;
using Orch.ApiServer.Validation;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of signing requests, each case with exactly the faults that upstream finds.</summary>
public sealed class CertificateSigningRequestRulesTests
{
    private const string AllUsages = "supported values: \"any\", \"cert sign\", \"client auth\", \"code signing\", \"content commitment\", \"crl sign\", \"data encipherment\", \"decipher only\", \"digital signature\", \"email protection\", \"encipher only\", \"ipsec end system\", \"ipsec tunnel\", \"ipsec user\", \"key agreement\", \"key encipherment\", \"microsoft sgc\", \"netscape sgc\", \"ocsp signing\", \"s/mime\", \"server auth\", \"signing\", \"timestamping\"";
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Request = Pem();

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["request"] = (Created(_ => { }), ""),
        ["request of nothing"] = (Created(item => (item.Spec.Request, item.Spec.Usages, item.Spec.SignerName) = (null, null, null)), "spec.request: Invalid value: \"\": PEM block type must be CERTIFICATE REQUEST\nspec.usages: Required value\nspec.signerName: Required value"),
        ["request that is none"] = (Created(item => item.Spec.Request = Encoding.ASCII.GetBytes("x")), "spec.request: Invalid value: \"eA==\": PEM block type must be CERTIFICATE REQUEST"),
        ["usages"] = (Created(item => item.Spec.Usages = ["client auth", "flying", "client auth"]), $"spec.usages[1]: Unsupported value: \"flying\": {AllUsages}\nspec.usages[2]: Duplicate value: \"client auth\""),
        ["legacy signer"] = (Created(item => item.Spec.SignerName = "kubernetes.io/legacy-unknown"), "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not allowed via this API version"),
        ["signer without path"] = (Created(item => item.Spec.SignerName = "a.b"), "spec.signerName: Invalid value: \"a.b\": must be a fully qualified domain and path of the form 'example.com/signer-name'"),
        ["signer without domain"] = (Created(item => item.Spec.SignerName = "a/b"), "spec.signerName: Invalid value: \"a\": should be a domain with at least two segments separated by dots"),
        ["signer's letters"] = (Created(item => item.Spec.SignerName = "A.B/c._"), $"spec.signerName: Invalid value: \"A.B\": validating label \"A\": {LabelText}\nspec.signerName: Invalid value: \"c._\": validating label \"_\": {SubdomainText}"),
        ["signer's length"] = (Created(item => item.Spec.SignerName = $"{string.Join('.', Enumerable.Repeat(new string('a', 63), 4))}.a/{string.Join('.', Enumerable.Repeat("b", 160))}"), "spec.signerName: Too long: may not be more than 253 bytes\nspec.signerName: Too long: may not be more than 571 bytes"),
        ["expiration"] = (Created(item => item.Spec.ExpirationSeconds = 599), "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"),
        ["spec changed"] = (() => Declared.UpdateFaults(Stored(), item => item.Spec.SignerName = "x"), ""),
        ["approval by status"] = (() => Declared.StatusFaults(Stored(), item => Add(item, "Approved")), "status.conditions: Forbidden: updates may not add a condition of type \"Approved\""),
        ["approval withdrawn"] = (() => Declared.StatusFaults(Stored("Approved"), item => item.Status.Conditions = []), "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""),
        ["approval changed by status"] = (() => Declared.StatusFaults(Stored("Approved"), item => item.Status.Conditions[0].Message = "other"), ""),
        ["failure by status"] = (() => Declared.StatusFaults(Stored("Approved"), item => Add(item, "Failed")), ""),
        ["certificate"] = (() => Declared.StatusFaults(Stored("Approved"), item => item.Status.Certificate = Certificate()), ""),
        ["certificate that is none"] = (() => Declared.StatusFaults(Stored("Approved"), item => item.Status.Certificate = [1]), "status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block"),
        ["certificate that is another thing"] = (() => Declared.StatusFaults(Stored("Approved"), item => item.Status.Certificate = Request), "status.certificate: Invalid value: \"<certificate data>\": only CERTIFICATE PEM blocks are allowed, found \"CERTIFICATE REQUEST\""),
        ["certificate changed"] = (() => Declared.StatusFaults(Issued(), item => item.Status.Certificate = Certificate()), "status.certificate: Forbidden: updates may not modify existing certificate content"),
        ["approved"] = (() => ApprovalFaults(Stored(), item => Add(item, "Approved")), ""),
        ["approved and denied"] = (() => ApprovalFaults(Stored("Approved"), item => Add(item, "Denied")), "status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive"),
        ["approved twice"] = (() => ApprovalFaults(Stored("Approved"), item => Add(item, "Approved")), "status.conditions[1].type: Duplicate value: \"Approved\""),
        ["approved not quite"] = (() => ApprovalFaults(Stored(), item => { Add(item, "Approved"); item.Status.Conditions[0].Status = "False"; }), "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\""),
        ["condition of nothing"] = (() => ApprovalFaults(Stored(), item => item.Status.Conditions = [new V1CertificateSigningRequestCondition()]), "status.conditions[0].type: Required value\nstatus.conditions[0].status: Required value"),
        ["condition half true"] = (() => ApprovalFaults(Stored(), item => item.Status.Conditions = [new V1CertificateSigningRequestCondition { Type = "Own", Status = "Half" }]), "status.conditions[0].status: Unsupported value: \"Half\": supported values: \"False\", \"True\", \"Unknown\""),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void Request_WithAnotherKeysSignature_IsRefused()
    {
        var der = Convert.FromBase64String(string.Concat(Encoding.ASCII.GetString(Request).Split('\n')[1..^1]).Replace("-----END CERTIFICATE REQUEST-----", string.Empty, StringComparison.Ordinal));
        der[^5] ^= 1;
        var item = New();
        item.Spec.Request = Encoding.ASCII.GetBytes(new string(PemEncoding.Write("CERTIFICATE REQUEST", der)));

        Assert.Contains("the signature of the certificate request cannot be verified", Declared.CreateFaults(item), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SaysWhoAsked_WhateverTheRequestSays()
    {
        var item = New();
        (item.Spec.Username, item.Spec.Groups, item.Status) = ("system:node:a", ["system:nodes"], new V1CertificateSigningRequestStatus { Certificate = [1] });
        Declared.Created(item);
        Declared.Of<V1CertificateSigningRequest>().TakeRequester(item, new UserInfo("jane", ["g"]) { Uid = "u", Extra = new Dictionary<string, IReadOnlyList<string>> { ["k"] = ["v"] } });

        Assert.Equal(("jane", "u", "g", "v"), (item.Spec.Username, item.Spec.Uid, string.Join(',', item.Spec.Groups), string.Join(',', item.Spec.Extra["k"])));
        Assert.Null(item.Status.Certificate);
    }

    [Fact]
    public void Approval_DatesNewConditionsAndKeepsTheRest()
    {
        var declaration = new CertificateSigningRequestDeclaration(new FakeTimeProvider(Now));
        var old = Stored();
        var value = ApiJson.DeepCopy(old);
        (value.Spec.SignerName, value.Status.Certificate) = ("other.com/x", [1]);
        value.Status.Conditions = [new V1CertificateSigningRequestCondition { Type = "Approved", Status = "True" }];
        declaration.PartialUpdates["approval"].Prepare(value, old);

        Assert.Equal((old.Spec.SignerName, null), (value.Spec.SignerName, value.Status.Certificate));
        Assert.Equal((Now.UtcDateTime, Now.UtcDateTime), (value.Status.Conditions[0].LastUpdateTime, value.Status.Conditions[0].LastTransitionTime));
    }

    [Theory]
    [InlineData("", false, "Pending")]
    [InlineData("Approved", false, "Approved")]
    [InlineData("Approved", true, "Approved,Issued")]
    [InlineData("Denied", false, "Denied")]
    [InlineData("Approved,Failed", false, "Approved,Failed")]
    public void Columns_ShowTheVerdict(string conditions, bool issued, string expected)
    {
        var item = Stored([.. conditions.Split(',', StringSplitOptions.RemoveEmptyEntries)]);
        (item.Spec.Username, item.Spec.ExpirationSeconds) = ("jane", 3600);
        if (issued) { item.Status.Certificate = [1]; }
        var cells = Declared.Cells(item, Now);

        Assert.Equal((expected, "jane", "60m", "example.com/signer"), (cells["Condition"], cells["Requestor"], cells["RequestedDuration"], cells["SignerName"]));
    }

    internal static byte[] Pem(string subject = "CN=jane", Action<CertificateRequest>? change = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        change?.Invoke(request);
        return Encoding.ASCII.GetBytes(request.CreateSigningRequestPem());
    }

    private static V1CertificateSigningRequest New() => new()
    {
        Metadata = new V1ObjectMeta { Name = "jane" },
        Spec = new V1CertificateSigningRequestSpec { Request = Request, SignerName = "example.com/signer", Usages = ["client auth"] },
    };

    private static V1CertificateSigningRequest Stored(params string[] conditions)
    {
        var item = Declared.Created(New());
        foreach (var type in conditions) { Add(item, type); }
        return item;
    }

    private static V1CertificateSigningRequest Issued()
    {
        var item = Stored("Approved");
        item.Status.Certificate = Certificate();
        return item;
    }

    private static void Add(V1CertificateSigningRequest item, string type)
        => item.Status.Conditions = [.. item.Status.Conditions ?? [], new V1CertificateSigningRequestCondition { Type = type, Status = "True", LastUpdateTime = Now.UtcDateTime, LastTransitionTime = Now.UtcDateTime }];

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddDays(1));
        return Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());
    }

    private static Func<string> Created(Action<V1CertificateSigningRequest> change) => () =>
    {
        var item = New();
        change(item);
        return Declared.CreateFaults(item);
    };

    private static string ApprovalFaults(V1CertificateSigningRequest old, Action<V1CertificateSigningRequest> change)
    {
        var (value, errors) = (ApiJson.DeepCopy(old), new FieldErrors());
        change(value);
        var approval = Declared.Of<V1CertificateSigningRequest>().PartialUpdates["approval"];
        approval.Prepare(value, old);
        approval.Validate(value, old, errors);
        return string.Join('\n', errors.Select(static error => error.ToString()));
    }
}
