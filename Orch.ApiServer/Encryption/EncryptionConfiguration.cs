using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Kinds.Batch;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>Which providers hold for which resources; the first rule that names a resource counts.</summary>
internal sealed record EncryptionConfiguration(IReadOnlyList<EncryptionRule> Rules)
{
    private const string Version = "apiserver.config.k8s.io/v1";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Reads the options' text; what is wrong goes to the faults, which never show a key.</summary>
    public static EncryptionConfiguration Read(
        EncryptionOptions options, IReadOnlyCollection<string> keyManagement, List<string> faults, IReadOnlyList<IKeyManagementConnector>? connectors = null)
        => Parse(Load(options, faults), keyManagement, connectors ?? [], faults);

    /// <summary>Reads a text; null or empty has no rules.</summary>
    public static EncryptionConfiguration Parse(string? text, IReadOnlyCollection<string> keyManagement, IReadOnlyList<IKeyManagementConnector> connectors, List<string> faults)
    {
        var none = new EncryptionConfiguration([]);
        if (text is not { Length: > 0 }) { return none; }
        try
        {
            using var document = JsonDocument.Parse(YamlInput.ToJson(Encoding.UTF8.GetBytes(text), []));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "EncryptionConfiguration" || Text(root, "apiVersion") != Version)
            {
                faults.Add($"{EncryptionOptions.Section}: the configuration must be of kind EncryptionConfiguration, apiVersion {Version}.");
                return none;
            }

            var rules = Items(root, "resources").Select((item, index) => ReadRule(item, $"resources[{index}]", keyManagement, connectors, faults)).ToList();
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

    /// <summary>The options' text, or null.</summary>
    public static string? Load(EncryptionOptions options, List<string> faults)
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

    private static EncryptionRule ReadRule(JsonElement item, string path, IReadOnlyCollection<string> keyManagement, IReadOnlyList<IKeyManagementConnector> connectors, List<string> faults)
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
            providers.AddRange(ReadProvider(provider, $"{path}.providers[{index}]", keyManagement, connectors, faults));
        }

        if (providers.Count == 0) { Fault($"{path}.providers: Required value: at least one of identity, aesgcm, aescbc, secretbox, kms"); }
        return new EncryptionRule(resources, providers);

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {text}.");
    }

    private static List<EncryptionProvider> ReadProvider(
        JsonElement item, string path, IReadOnlyCollection<string> keyManagement, IReadOnlyList<IKeyManagementConnector> connectors, List<string> faults)
    {
        var found = new List<EncryptionProvider>();
        var members = item.ValueKind == JsonValueKind.Object ? item.EnumerateObject().ToList() : [];
        if (members.Count != 1) { Fault($"{path}: exactly one of identity, aesgcm, aescbc, secretbox, kms must be given"); return found; }
        var (kind, value) = (members[0].Name, members[0].Value);
        switch (kind)
        {
            case "identity": found.Add(new EncryptionProvider(kind, string.Empty, [])); break;
            case "aesgcm" or "aescbc" or "secretbox":
                foreach (var (key, index) in Items(value, "keys").Select(static (key, index) => (key, index)))
                {
                    if (ReadKey(key, kind, $"{path}.{kind}.keys[{index}]", found, faults) is { } read) { found.Add(read); }
                }

                if (Items(value, "keys").Count == 0) { Fault($"{path}.{kind}.keys: Required value"); }
                break;
            case "kms":
                if (ReadKeyManagement(value, $"{path}.kms", keyManagement, connectors, faults) is { } service) { found.Add(service); }
                break;
            default: Fault($"{path}.{kind}: Unsupported value: supported values: \"identity\", \"aesgcm\", \"aescbc\", \"secretbox\", \"kms\""); break;
        }

        return found;

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {text}.");
    }

    private static EncryptionProvider? ReadKeyManagement(
        JsonElement value, string path, IReadOnlyCollection<string> keyManagement, IReadOnlyList<IKeyManagementConnector> connectors, List<string> faults)
    {
        var before = faults.Count;
        var (name, address, timeout) = (Text(value, "name"), Text(value, "endpoint"), Text(value, "timeout"));
        if (Text(value, "apiVersion") != "v2") { Fault($"apiVersion: Unsupported value: \"{Text(value, "apiVersion")}\": supported values: \"v2\""); }
        if (name.Contains(':', StringComparison.Ordinal)) { Fault($"name: Invalid value: \"{name}\": must not contain a colon"); }
        if (keyManagement.Contains(name)) { return new EncryptionProvider("kms", name, []); }
        if (address.Length == 0) { Fault($"name: Invalid value: \"{name}\": no IKeyManagement of that name is registered, and no endpoint is given"); }
        else if (!connectors.Any(item => item.Handles(address))) { Fault($"endpoint: Invalid value: \"{address}\": nothing is registered that reaches such an address; with AddOrchKmsPlugins() it may be unix:///PATH"); }
        if (name.Length == 0) { Fault("name: Required value"); }
        var limit = DefaultTimeout;
        if (timeout.Length > 0 && (GoDuration.FaultIn(timeout) is not null || !TryReadDuration(timeout, out limit) || limit <= TimeSpan.Zero)) { Fault($"timeout: Invalid value: \"{timeout}\": must be a positive duration such as \"3s\""); }
        return faults.Count == before ? new EncryptionProvider("kms", name, []) { Endpoint = new KeyManagementEndpoint(name, address, limit) } : null;

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {path}.{text}.");
    }

    // Whole units only: a timeout has no use for more.
    private static bool TryReadDuration(string text, out TimeSpan value)
    {
        var unit = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        value = default;
        if (!long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 3_600_000) { return false; }
        switch (unit)
        {
            case "ms": value = TimeSpan.FromMilliseconds(number); return true;
            case "s": value = TimeSpan.FromSeconds(number); return true;
            case "m": value = TimeSpan.FromMinutes(number); return true;
            default: return false;
        }
    }

    private static EncryptionProvider? ReadKey(JsonElement key, string kind, string path, List<EncryptionProvider> before, List<string> faults)
    {
        var name = Text(key, "name");
        var secret = new byte[64];
        var lengths = kind == "secretbox" ? "32" : "16, 24 or 32";
        if (name.Length == 0) { Fault("name: Required value"); }
        else if (name.Contains(':', StringComparison.Ordinal)) { Fault($"name: Invalid value: \"{name}\": must not contain a colon"); }
        else if (before.Any(item => item.Name == name)) { Fault($"name: Duplicate value: \"{name}\""); }
        if (!Convert.TryFromBase64String(Text(key, "secret"), secret, out var length)) { Fault($"secret: Invalid value: REDACTED: must be base64 of {lengths} bytes"); }
        else if (kind == "secretbox" ? length != SecretboxTransformer.KeyBytes : length is not (16 or 24 or 32)) { Fault($"secret: Invalid value: REDACTED: must be {lengths} bytes long, is {length}"); }
        else { return new EncryptionProvider(kind, name, secret[..length]); }
        return null;

        void Fault(string text) => faults.Add($"{EncryptionOptions.Section}: {path}.{text}.");
    }

    private static string Text(JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;

    private static List<JsonElement> Items(JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}
