using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for the annotations that once said what the fields for seccomp and AppArmor say now.</summary>
internal static class PodProfileRules
{
    private const string SeccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorOfContainer = "container.apparmor.security.beta.kubernetes.io/";
    private const string Local = "localhost/";

    /// <summary>Profiles of a known form.</summary>
    public static void Seccomp(IDictionary<string, string> annotations, FieldPath path, FieldErrors errors)
    {
        if (annotations.TryGetValue(SeccompOfPod, out var profile)) { Seccomp(profile, path.Child(SeccompOfPod), errors); }
        foreach (var (key, value) in annotations)
        {
            if (key.StartsWith(SeccompOfContainer, StringComparison.Ordinal)) { Seccomp(value, path.Child(key), errors); }
        }
    }

    /// <summary>Where annotation and field are both given they say the same.</summary>
    public static void Match(IDictionary<string, string>? annotations, V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (annotations is not { Count: > 0 }) { return; }
        if (spec.SecurityContext?.SeccompProfile is { } profile && annotations.TryGetValue(SeccompOfPod, out var text))
        {
            MatchSeccomp(text, profile, path.Child("securityContext").Child("seccompProfile"), errors);
        }

        Each(spec, path, (name, context, at) =>
        {
            if (context?.SeccompProfile is { } own && annotations.TryGetValue(SeccompOfContainer + name, out var said)) { MatchSeccomp(said, own, at.Child("seccompProfile"), errors); }
        });
        if (spec.Os?.Name == "windows") { return; }
        Each(spec, path, (name, context, at) =>
        {
            if ((context?.AppArmorProfile ?? spec.SecurityContext?.AppArmorProfile) is not { } own || !annotations.TryGetValue(AppArmorOfContainer + name, out var said)) { return; }
            MatchProfile(said, own.Type, own.LocalhostProfile, said == "runtime/default", "apparmor", at.Child("appArmorProfile"), errors);
        });
    }

    private static void Seccomp(string? profile, FieldPath path, FieldErrors errors)
    {
        if (profile is "runtime/default" or "docker/default" or "unconfined") { return; }
        if (profile?.StartsWith(Local, StringComparison.Ordinal) == true) { PathRules.Descending(profile[Local.Length..], path, errors); }
        else { errors.Invalid(path, profile ?? string.Empty, "must be a valid seccomp profile"); }
    }

    private static void MatchSeccomp(string text, V1SeccompProfile profile, FieldPath path, FieldErrors errors)
        => MatchProfile(text, profile.Type, profile.LocalhostProfile, text is "runtime/default" or "docker/default", "seccomp", path, errors);

    private static void MatchProfile(string text, string? type, string? file, bool isDefault, string what, FieldPath path, FieldErrors errors)
    {
        var fits = type switch
        {
            "Unconfined" => text == "unconfined",
            "RuntimeDefault" => isDefault,
            "Localhost" => text.StartsWith(Local, StringComparison.Ordinal),
            _ => true,
        };
        if (!fits) { errors.Forbidden(path.Child("type"), $"{what} type in annotation and field must match"); }
        else if (type == "Localhost" && text[Local.Length..] != file) { errors.Forbidden(path.Child("localhostProfile"), $"{what} profile in annotation and field must match"); }
    }

    private static void Each(V1PodSpec spec, FieldPath path, Action<string?, V1SecurityContext?, FieldPath> look)
    {
        for (var index = 0; index < (spec.InitContainers?.Count ?? 0); index++) { look(spec.InitContainers![index].Name, spec.InitContainers[index].SecurityContext, At("initContainers", index)); }
        for (var index = 0; index < (spec.Containers?.Count ?? 0); index++) { look(spec.Containers![index].Name, spec.Containers[index].SecurityContext, At("containers", index)); }
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++) { look(spec.EphemeralContainers![index].Name, spec.EphemeralContainers[index].SecurityContext, At("ephemeralContainers", index)); }

        FieldPath At(string field, int index) => path.Child(field).Index(index).Child("securityContext");
    }
}
