using System.Buffers;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for Windows' own settings.</summary>
internal static partial class WindowsRules
{
    private static readonly SearchValues<char> NotInUsers = SearchValues.Create("\"/\\:;|=,+*?<>@[]");
    private const int MaxCredentialBytes = 64 * 1024;

    /// <summary>Options of a pod or container.</summary>
    public static void Options(V1WindowsSecurityContextOptions options, FieldPath path, FieldErrors errors)
    {
        if (options.GmsaCredentialSpecName is { } name) { NameRules.DnsSubdomain(name, false, path.Child("gmsaCredentialSpecName"), errors); }
        if (options.GmsaCredentialSpec is { } credential)
        {
            if (credential.Length == 0) { errors.Invalid(path.Child("gmsaCredentialSpec"), credential, "gmsaCredentialSpec cannot be an empty string"); }
            else if (TextRules.ByteLength(credential) > MaxCredentialBytes) { errors.Invalid(path.Child("gmsaCredentialSpec"), credential, "gmsaCredentialSpec size must be under 64 KiB"); }
        }

        if (options.RunAsUserName is { } user) { User(user, path.Child("runAsUserName"), errors); }
    }

    /// <summary>Containers that run on the node itself: all or none, and with its network.</summary>
    public static void HostProcess(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        var pod = spec.SecurityContext?.WindowsOptions?.HostProcess;
        var (all, onHost) = (0, 0);
        Look(spec.InitContainers, path.Child("initContainers"));
        Look(spec.Containers, path.Child("containers"));
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++) { One(spec.EphemeralContainers![index].SecurityContext, path.Child("ephemeralContainers").Index(index)); }
        if (onHost == 0) { return; }
        if (onHost != all) { errors.Invalid(path, string.Empty, "If pod contains any hostProcess containers then all containers must be HostProcess containers"); }
        if (spec.HostNetwork != true) { errors.Invalid(path.Child("hostNetwork"), false, "hostNetwork must be true if pod contains any hostProcess containers"); }

        void Look(IList<V1Container>? containers, FieldPath at)
        {
            for (var index = 0; index < (containers?.Count ?? 0); index++) { One(containers![index].SecurityContext, at.Index(index)); }
        }

        void One(V1SecurityContext? context, FieldPath at)
        {
            all++;
            var own = context?.WindowsOptions?.HostProcess;
            if (own ?? pod ?? false) { onHost++; }
            if (pod is not null && own is not null && pod != own)
            {
                errors.Invalid(at.Child("securityContext").Child("windowsOptions").Child("hostProcess"), own,
                    $"pod hostProcess value must be identical if both are specified, was {(pod.Value ? "true" : "false")}");
            }
        }
    }

    private static void User(string text, FieldPath path, FieldErrors errors)
    {
        var parts = text.Split('\\');
        if (text.Length == 0) { errors.Invalid(path, text, "runAsUserName cannot be an empty string"); return; }
        if (text.Any(char.IsControl)) { errors.Invalid(path, text, "runAsUserName cannot contain control characters"); return; }
        if (parts.Length > 2) { errors.Invalid(path, text, "runAsUserName cannot contain more than one backslash"); return; }
        var user = parts[^1];
        if (parts.Length == 2)
        {
            if (parts[0].Length >= 256) { errors.Invalid(path, text, "runAsUserName's Domain length must be under 256 characters"); }
            if (!NetBios().IsMatch(parts[0]) && !Dns().IsMatch(parts[0])) { errors.Invalid(path, text, "runAsUserName's Domain doesn't match the NetBios nor the DNS format"); }
        }

        if (user.Length == 0) { errors.Invalid(path, text, "runAsUserName's User cannot be empty"); }
        else if (user.Length > 104) { errors.Invalid(path, text, "runAsUserName's User length must not be longer than 104 characters"); }
        if (user.Length > 0 && user.All(static letter => letter is '.' or ' ')) { errors.Invalid(path, text, "runAsUserName's User cannot contain only periods or spaces"); }
        if (user.AsSpan().ContainsAny(NotInUsers)) { errors.Invalid(path, text, "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"); }
    }

    [GeneratedRegex("""^[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}$""")]
    private static partial Regex NetBios();

    [GeneratedRegex("""^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$""")]
    private static partial Regex Dns();
}
