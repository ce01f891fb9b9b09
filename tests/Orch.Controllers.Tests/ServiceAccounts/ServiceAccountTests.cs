using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Controllers.ServiceAccounts;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.ServiceAccounts;

public sealed class ServiceAccountTests
{
    [Fact]
    public async Task EveryNamespace_HasItsDefaultAccountAndCertificates_AndGetsThemBack()
    {
        await using var running = await RunningControllers.StartAsync(options => options.RootCertificateAuthority = "CA", ControllerNames.ServiceAccount, ControllerNames.RootCertificatePublisher);
        running.Cluster.Add(Namespace("a"), Namespace("b"), Namespace("ending").WithFinalizer("x").DeletedAt(running.Driver.Now));
        await running.UntilAsync(() => running.All<V1ServiceAccount>().Count == 2 && running.All<V1ConfigMap>().Count == 2);
        running.Cluster.Remove<V1ServiceAccount>(new ObjectKey("a", "default"));
        running.Cluster.Change<V1ConfigMap>(new ObjectKey("b", RootCertificatePublisher.MapName), map => map.Data = new Dictionary<string, string> { ["ca.crt"] = "forged" });
        await running.UntilAsync(() => running.All<V1ServiceAccount>().Count == 2 && running.All<V1ConfigMap>().All(map => map.Data["ca.crt"] == "CA"));
        Assert.DoesNotContain(running.All<V1ServiceAccount>(), account => account.Metadata.NamespaceProperty == "ending");
    }

    [Fact]
    public async Task TokenSecret_IsFilledWithAVerifiableToken_AndGoesWithItsAccount()
    {
        using var rsa = RSA.Create(2048);
        await using var running = await RunningControllers.StartAsync(
            options => { options.ServiceAccountPrivateKey = rsa.ExportPkcs8PrivateKeyPem(); options.RootCertificateAuthority = "CA"; }, ControllerNames.ServiceAccountToken);
        running.Cluster.Add(Account("robot", "u1"), TokenSecret("robot-token", "robot"), TokenSecret("nobody-token", "nobody"));
        await running.UntilAsync(() => running.Cluster.Find<V1Secret>("default", "nobody-token") is null && running.Cluster.Find<V1Secret>("default", "robot-token")!.Data?.ContainsKey("token") == true);
        var secret = running.Cluster.Find<V1Secret>("default", "robot-token")!;
        Assert.Equal(("CA", "default", "u1"), (Encoding.UTF8.GetString(secret.Data["ca.crt"]), Encoding.UTF8.GetString(secret.Data["namespace"]), secret.Annotation("kubernetes.io/service-account.uid")));
        var parts = Encoding.UTF8.GetString(secret.Data["token"]).Split('.');
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("system:serviceaccount:default:robot", JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]))!["sub"]!.GetValue<string>());

        running.Cluster.Remove<V1ServiceAccount>(new ObjectKey("default", "robot"));
        await running.UntilAsync(() => running.Cluster.Find<V1Secret>("default", "robot-token") is null);
    }

    private static V1ServiceAccount Account(string name, string uid) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = uid } };

    private static V1Secret TokenSecret(string name, string account) => new()
    {
        Type = "kubernetes.io/service-account-token",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Annotations = new Dictionary<string, string> { ["kubernetes.io/service-account.name"] = account } },
    };
}
