using System.Text;
using System.Text.Json;
using Orch.ApiServer.Decoding;

namespace Orch.ApiServer.Encryption;

/// <summary>Which providers hold for which resources; the first rule that names a resource counts.</summary>
internal sealed record EncryptionConfiguration(IReadOnlyList<EncryptionRule> Rules)
{
    private const string Version = "apiserver.config.k8s.io/v1";

    /// <summary>Reads the options' text; what is wrong goes to the faults, which never show a key.</summary>
    public static EncryptionConfiguration Read(EncryptionOptions options, IReadOnlyCollection<string> keyManagement, List<string> faults)
    {
        var none = new EncryptionConfiguration([]);
        if (Load(options, faults) is not { Length: > 0 } text) { return none; }
        try
        {
            using var document = JsonDocument.Parse(YamlInput.ToJson(Encoding.UTF8.GetBytes(text), []));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "EncryptionConfiguration" || Text(root, "apiVersion") != Version)
            {
                faults.Add($"{EncryptionOptions.Section}: the configuration must be of kind EncryptionConfiguration, apiVersion {Version}.");
                return none;
            }

            var rules = Items(root, "resources").Select((item, index) => ReadRule(item, $"resources[{index}]", keyManagement, faults)).ToList();
            if (rules.Count == 0) { faults.Add($"{EncryptionOptions.Section}: resources: Required value: at least one group of resources with its providers."); }
            return new EncryptionConfiguration(rules);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // The exception's own text may quote what it choked on, which may be a key.
            faults.Add($"{EncryptionOptions.Section}: the configuration is neither YAML nor JSON.");
            return none;
        }
    }

    private static string? Load(EncryptionOptions options, List<string> faults)
    {
        if (options.ConfigurationFile is not { Length: > 0 } file) { return options.Configuration; }
        if (!string.IsNullOrEmpty(options.Configuration)) { faults.Add($"{EncryptionOptions.Section}: give either ConfigurationFile or Configuration, not both."); }
        try { return File.ReadAllText(file); }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{EncryptionOptions.Section}:ConfigurationFile \"{file}\" cannot be read: {exception.Message}");
            return null;
        }
    }

    private static EncryptionRule ReadRule(JsonElement item, string path, IReadOnlyCollection<string> keyManagement, List<string> faults)
    {
        var resources = Items(item, "resources").Select(static name => name.ValueKind == JsonValueKind.String ? name.GetString()! : string.Empty).ToList();
        if (resources.Count == 0) { Fault($"{path}.resources: Required value: such as \"secrets\" or \"*.*\""); }
        foreach (var resource in resources.Where(static name => name.Length == 0 || (name.Contains('*', StringComparison.Ordinal) && name is not ("*." or "*.*") && !name.StartsWith("*.", StringComparison.Ordinal)) || name.LastIndexOf('*') > 2))
        {
            Fault($"{path}.resources: Invalid value: \"{resource}\": give a resource such as \"secrets\" or \"deployments.apps\", or \"*.GROUP\", \"*.\" (the core group) or \"*.*\"");
        }

        var providers = new List<EncryptionProvider>();
        foreach (var (provider, index) in Items(item, "providers").Select(static (provider, index) => (provider, index)))
        {
            providers.AddRange(ReadProvider(provider, $"{path}.providers[{index}]", keyManagement, faults));
        }

        if (providers.Count == 0) { Fault($"{path}.providers: Required value: at least one of identity, aesgcm, aescbc, kms"); }
        return new EncryptionRule(resources, providers);

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {text}.");
    }

    private static List<EncryptionProvider> ReadProvider(JsonElement item, string path, IReadOnlyCollection<string> keyManagement, List<string> faults)
    {
        var found = new List<EncryptionProvider>();
        var members = item.ValueKind == JsonValueKind.Object ? item.EnumerateObject().ToList() : [];
        if (members.Count != 1) { Fault($"{path}: exactly one of identity, aesgcm, aescbc, kms must be given"); return found; }
        var (kind, value) = (members[0].Name, members[0].Value);
        switch (kind)
        {
            case "identity": found.Add(new EncryptionProvider(kind, string.Empty, [])); break;
            case "aesgcm" or "aescbc":
                foreach (var (key, index) in Items(value, "keys").Select(static (key, index) => (key, index)))
                {
                    if (ReadKey(key, kind, $"{path}.{kind}.keys[{index}]", found, faults) is { } read) { found.Add(read); }
                }

                if (Items(value, "keys").Count == 0) { Fault($"{path}.{kind}.keys: Required value"); }
                break;
            case "kms":
                var name = Text(value, "name");
                if (Text(value, "apiVersion") != "v2") { Fault($"{path}.kms.apiVersion: Unsupported value: \"{Text(value, "apiVersion")}\": supported values: \"v2\""); }
                if (!keyManagement.Contains(name)) { Fault($"{path}.kms.name: Invalid value: \"{name}\": no IKeyManagement of that name is registered"); }
                found.Add(new EncryptionProvider(kind, name, []));
                break;
            default: Fault($"{path}.{kind}: Unsupported value: supported values: \"identity\", \"aesgcm\", \"aescbc\", \"kms\""); break;
        }

        return found;

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {text}.");
    }

    private static EncryptionProvider? ReadKey(JsonElement key, string kind, string path, List<EncryptionProvider> before, List<string> faults)
    {
        var name = Text(key, "name");
        var secret = new byte[64];
        if (name.Length == 0) { Fault("name: Required value"); }
        else if (name.Contains(':', StringComparison.Ordinal)) { Fault($"name: Invalid value: \"{name}\": must not contain a colon"); }
        else if (before.Any(item => item.Name == name)) { Fault($"name: Duplicate value: \"{name}\""); }
        if (!Convert.TryFromBase64String(Text(key, "secret"), secret, out var length)) { Fault("secret: Invalid value: REDACTED: must be base64 of 16, 24 or 32 bytes"); }
        else if (length is not (16 or 24 or 32)) { Fault($"secret: Invalid value: REDACTED: must be 16, 24 or 32 bytes long, is {length}"); }
        else { return new EncryptionProvider(kind, name, secret[..length]); }
        return null;

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {path}.{text}.");
    }

    private static string Text(JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;

    private static List<JsonElement> Items(JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}
