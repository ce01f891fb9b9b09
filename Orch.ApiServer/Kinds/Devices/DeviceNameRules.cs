using System.Buffers;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for names of drivers, pools, devices and their attributes.</summary>
internal static class DeviceNameRules
{
    private const string IdentifierText = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
    private static readonly SearchValues<char> IdentifierChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>A driver: a subdomain in any case, at most 63 characters.</summary>
    public static void Driver(string? name, FieldPath path, FieldErrors errors) => Orch.ApiServer.Validation.Pods.RemoteVolumeRules.CsiDriver(name, path, errors);

    /// <summary>A pool: subdomains with slashes between.</summary>
    public static void Pool(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name))
        {
            errors.Required(path);
            return;
        }

        if (TextRules.ByteLength(name) > DeviceLimits.PoolNameBytes) { errors.TooLong(path, DeviceLimits.PoolNameBytes); }
        foreach (var part in name.Split('/')) { NameRules.DnsSubdomain(part, false, path, errors); }
    }

    /// <summary>A device, a request, a counter.</summary>
    public static void Label(string? name, FieldPath path, FieldErrors errors) => NameRules.DnsLabel(name ?? string.Empty, false, path, errors);

    /// <summary>An attribute or capacity, with or without a domain.</summary>
    public static void Qualified(string? name, FieldPath path, FieldErrors errors)
    {
        name ??= string.Empty;
        switch (name.Split('/'))
        {
            case [var only]:
                Identifier(only, path, errors);
                break;
            case [var domain, var id]:
                if (domain.Length == 0) { errors.Invalid(path, string.Empty, "the domain must not be empty"); }
                else { Driver(domain, path, errors); }
                if (id.Length == 0) { errors.Invalid(path, string.Empty, "the name must not be empty"); }
                else { Identifier(id, path, errors); }
                break;
            default:
                errors.Invalid(path, name, "must not contain more than one slash");
                break;
        }
    }

    /// <summary>An attribute with its domain.</summary>
    public static void FullyQualified(string name, FieldPath path, FieldErrors errors)
    {
        Qualified(name, path, errors);
        if (!name.Contains('/', StringComparison.Ordinal)) { errors.Invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash"); }
    }

    /// <summary>A UUID in its usual form.</summary>
    public static void Uid(string uid, FieldPath path, FieldErrors errors)
    {
        var body = uid.Length switch
        {
            45 when uid.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) => uid[9..],
            38 when uid[0] == '{' && uid[^1] == '}' => uid[1..^1],
            _ => uid,
        };
        if (uid.Length is not (32 or 36 or 38 or 45)) { errors.Invalid(path, uid, $"error validating uid: invalid UUID length: {uid.Length}"); }
        else if (!Guid.TryParseExact(body, body.Length == 32 ? "N" : "D", out _)) { errors.Invalid(path, uid, "error validating uid: invalid UUID format"); }
        else if (uid.Length != 36 || uid.Any(char.IsAsciiLetterUpper))
        {
            errors.Invalid(path, uid, "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters");
        }
    }

    private static void Identifier(string id, FieldPath path, FieldErrors errors)
    {
        if (TextRules.ByteLength(id) > DeviceLimits.IdentifierBytes) { errors.TooLong(path, DeviceLimits.IdentifierBytes); }
        if (id.Length == 0 || char.IsAsciiDigit(id[0]) || id.AsSpan().ContainsAnyExcept(IdentifierChars)) { errors.Invalid(path, id, IdentifierText); }
    }
}
