using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Orch.ApiServer.Security.Tokens;

/// <summary>The public part of a key that verifies service account tokens, as tokens name it and as the key set shows it.</summary>
internal sealed record PublishedKey(string Id, string Algorithm, SecurityKey Key, IReadOnlyDictionary<string, string> Json)
{
    /// <summary>Of an EC key on one of the three usual curves, or an RSA key.</summary>
    /// <exception cref="ArgumentException">Of another kind.</exception>
    public static PublishedKey Of(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ec => Of(ec),
        RSA { KeySize: >= 2048 } rsa => Of(rsa),
        _ => throw new ArgumentException("a key of service account tokens must be EC, or RSA of at least 2048 bits", nameof(key)),
    };

    /// <summary>The hash of the public key, as upstream names its keys.</summary>
    public static string IdOf(AsymmetricAlgorithm key) => Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>A JSON Web Key Set (RFC 7517).</summary>
    /// <remarks>Written by hand: every start makes one, and a serializer would look at types for longer than this takes.</remarks>
    public static byte[] SetOf(IEnumerable<PublishedKey> keys)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in key.Json) { writer.WriteString(name, text); }
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static PublishedKey Of(ECDsa key)
    {
        var (curve, algorithm) = key.KeySize switch
        {
            256 => ("P-256", SecurityAlgorithms.EcdsaSha256),
            384 => ("P-384", SecurityAlgorithms.EcdsaSha384),
            521 => ("P-521", SecurityAlgorithms.EcdsaSha512),
            _ => throw new ArgumentException("an EC key of service account tokens must be on P-256, P-384 or P-521", nameof(key)),
        };
        var id = IdOf(key);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new PublishedKey(id, algorithm, new ECDsaSecurityKey(key) { KeyId = id }, new Dictionary<string, string>
        {
            ["use"] = "sig", ["kty"] = "EC", ["kid"] = id, ["crv"] = curve, ["alg"] = algorithm, ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y),
        });
    }

    private static PublishedKey Of(RSA key)
    {
        var id = IdOf(key);
        var parts = key.ExportParameters(includePrivateParameters: false);
        return new PublishedKey(id, SecurityAlgorithms.RsaSha256, new RsaSecurityKey(key) { KeyId = id }, new Dictionary<string, string>
        {
            ["use"] = "sig", ["kty"] = "RSA", ["kid"] = id, ["alg"] = SecurityAlgorithms.RsaSha256, ["n"] = Base64UrlEncoder.Encode(parts.Modulus), ["e"] = Base64UrlEncoder.Encode(parts.Exponent),
        });
    }
}
