using System.Security.Cryptography;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Controllers.ServiceAccounts;

/// <summary>Signs the tokens that never expire, which secrets of type <c>kubernetes.io/service-account-token</c> hold.</summary>
/// <remarks>Claims and key id are upstream's, so that whatever verifies its tokens verifies these.</remarks>
internal sealed class LegacyTokenSigner : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;

    /// <param name="privateKeyPem">RSA or ECDSA on P-256.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public LegacyTokenSigner(string privateKeyPem)
    {
        try
        {
            _rsa = RSA.Create();
            _rsa.ImportFromPem(privateKeyPem);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            _rsa!.Dispose();
            _rsa = null;
            _ecdsa = ECDsa.Create();
            _ecdsa.ImportFromPem(privateKeyPem);
        }
    }

    public string Sign(V1ServiceAccount account, V1Secret secret)
    {
        var publicKey = _rsa?.ExportSubjectPublicKeyInfo() ?? _ecdsa!.ExportSubjectPublicKeyInfo();
        var header = new JsonObject { ["alg"] = _rsa is not null ? "RS256" : "ES256", ["kid"] = Encode(SHA256.HashData(publicKey)) };
        var namespaceName = account.Metadata.NamespaceProperty;
        var claims = new JsonObject
        {
            ["iss"] = "kubernetes/serviceaccount",
            ["kubernetes.io/serviceaccount/namespace"] = namespaceName,
            ["kubernetes.io/serviceaccount/secret.name"] = secret.Metadata.Name,
            ["kubernetes.io/serviceaccount/service-account.name"] = account.Metadata.Name,
            ["kubernetes.io/serviceaccount/service-account.uid"] = account.Metadata.Uid,
            ["sub"] = $"system:serviceaccount:{namespaceName}:{account.Metadata.Name}",
        };
        var signed = $"{Encode(ApiJson.Serialize(header))}.{Encode(ApiJson.Serialize(claims))}";
        var bytes = System.Text.Encoding.ASCII.GetBytes(signed);
        var signature = _rsa?.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? _ecdsa!.SignData(bytes, HashAlgorithmName.SHA256);
        return $"{signed}.{Encode(signature)}";
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
