using Orch.ApiServer.Encryption;

namespace Orch.ApiServer.Tests.Encryption;

public sealed class EncryptionConfigurationTests
{
    private const string Head = "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\n";
    private const string Secret = "c2VjcmV0IGlzIHNlY3VyZQ==";

    public static TheoryData<string, string> Faults => new()
    {
        { "kind: Foo", "the configuration must be of kind EncryptionConfiguration, apiVersion apiserver.config.k8s.io/v1." },
        { "{", "the configuration is neither YAML nor JSON." },
        { Head, "resources: Required value: at least one group of resources with its providers." },
        { Head + "resources: [{providers: [{identity: {}}]}]", "resources[0].resources: Required value: such as \"secrets\" or \"*.*\"." },
        { Head + "resources: [{resources: [secrets]}]", "resources[0].providers: Required value: at least one of identity, aesgcm, aescbc, secretbox, kms." },
        { Head + "resources: [{resources: ['sec*'], providers: [{identity: {}}]}]", "resources[0].resources: Invalid value: \"sec*\": give a resource such as \"secrets\" or \"deployments.apps\", or \"*.GROUP\", \"*.\" (the core group) or \"*.*\"." },
        { Head + "resources: [{resources: [secrets], providers: [{rot13: {}}]}]", "resources[0].providers[0].rot13: Unsupported value: supported values: \"identity\", \"aesgcm\", \"aescbc\", \"secretbox\", \"kms\"." },
        { Head + "resources: [{resources: [secrets], providers: [{identity: {}, aesgcm: {}}]}]", "resources[0].providers[0]: exactly one of identity, aesgcm, aescbc, secretbox, kms must be given." },
        { Head + "resources: [{resources: [secrets], providers: [{aesgcm: {keys: []}}]}]", "resources[0].providers[0].aesgcm.keys: Required value." },
        { Head + "resources: [{resources: [secrets], providers: [{aesgcm: {keys: [{secret: " + Secret + "}]}}]}]", "resources[0].providers[0].aesgcm.keys[0].name: Required value." },
        { Head + "resources: [{resources: [secrets], providers: [{aesgcm: {keys: [{name: a, secret: not-base64}]}}]}]", "resources[0].providers[0].aesgcm.keys[0].secret: Invalid value: REDACTED: must be base64 of 16, 24 or 32 bytes." },
        { Head + "resources: [{resources: [secrets], providers: [{aesgcm: {keys: [{name: a, secret: c2hvcnQ=}]}}]}]", "resources[0].providers[0].aesgcm.keys[0].secret: Invalid value: REDACTED: must be 16, 24 or 32 bytes long, is 5." },
        { Head + "resources: [{resources: [secrets], providers: [{aesgcm: {keys: [{name: a, secret: " + Secret + "}, {name: a, secret: " + Secret + "}]}}]}]", "resources[0].providers[0].aesgcm.keys[1].name: Duplicate value: \"a\"." },
        { Head + "resources: [{resources: [secrets], providers: [{kms: {apiVersion: v1, name: known}}]}]", "resources[0].providers[0].kms.apiVersion: Unsupported value: \"v1\": supported values: \"v2\"." },
        { Head + "resources: [{resources: [secrets], providers: [{kms: {apiVersion: v2, name: other}}]}]", "resources[0].providers[0].kms.name: Invalid value: \"other\": no IKeyManagement of that name is registered, and no endpoint is given." },
        { Head + "resources: [{resources: [secrets], providers: [{kms: {apiVersion: v2, name: other, endpoint: 'unix:///run/kms.sock'}}]}]", "resources[0].providers[0].kms.endpoint: Invalid value: \"unix:///run/kms.sock\": nothing is registered that reaches such an address; with AddOrchKmsPlugins() it may be unix:///PATH." },
        { Head + "resources: [{resources: [secrets], providers: [{kms: {apiVersion: v2, name: other, endpoint: 'unix:///run/kms.sock', timeout: 0s}}]}]", "resources[0].providers[0].kms.timeout: Invalid value: \"0s\": must be a positive duration such as \"3s\"." },
        { Head + "resources: [{resources: [secrets], providers: [{secretbox: {keys: [{name: a, secret: " + Secret + "}]}}]}]", "resources[0].providers[0].secretbox.keys[0].secret: Invalid value: REDACTED: must be 32 bytes long, is 16." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_Mistake_IsToldWithItsPathAndWithoutTheKey(string text, string fault)
    {
        var faults = new List<string>();
        EncryptionConfiguration.Read(new EncryptionOptions { Configuration = text }, ["known"], faults);
        Assert.Contains("Orch:ApiServer:Encryption: " + fault, faults);
        Assert.All(faults, item => Assert.DoesNotContain(Secret, item, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_AbsentFile_IsAFault()
    {
        var faults = new List<string>();
        EncryptionConfiguration.Read(new EncryptionOptions { ConfigurationFile = "/nowhere/encryption.yaml" }, [], faults);
        Assert.StartsWith("Orch:ApiServer:Encryption:ConfigurationFile \"/nowhere/encryption.yaml\" cannot be read:", faults.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secrets", "", "secrets", true)]
    [InlineData("secrets", "apps", "secrets", false)]
    [InlineData("deployments.apps", "apps", "deployments", true)]
    [InlineData("*.apps", "apps", "deployments", true)]
    [InlineData("*.apps", "", "pods", false)]
    [InlineData("*.", "", "pods", true)]
    [InlineData("*.", "apps", "deployments", false)]
    [InlineData("*.*", "apps", "deployments", true)]
    public void Covers_Pattern_NamesResources(string pattern, string group, string resource, bool covers)
        => Assert.Equal(covers, new EncryptionRule([pattern], []).Covers(group, resource));
}
