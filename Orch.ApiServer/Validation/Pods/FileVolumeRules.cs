using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for volumes that variables are read from.</summary>
internal static class FileVolumeRules
{
    /// <summary>Each is there, and is one that the pod's containers write themselves.</summary>
    public static void Validate(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (spec.InitContainers?.Count ?? 0); index++) { Variables(spec.InitContainers![index].Env, "initContainers", index); }
        for (var index = 0; index < (spec.Containers?.Count ?? 0); index++) { Variables(spec.Containers![index].Env, "containers", index); }
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++) { Variables(spec.EphemeralContainers![index].Env, "ephemeralContainers", index); }

        void Variables(IList<V1EnvVar>? variables, string field, int container)
        {
            for (var index = 0; index < (variables?.Count ?? 0); index++)
            {
                if (variables![index].ValueFrom?.FileKeyRef is not { } file) { continue; }
                var name = file.VolumeName ?? string.Empty;
                var at = path.Child(field).Index(container).Child("env").Index(index).Child("valueFrom").Child("fileKeyRef").Child("volumeName");
                if (spec.Volumes?.LastOrDefault(volume => (volume.Name ?? string.Empty) == name) is not { } source) { errors.NotFound(at, name); }
                else if (source.EmptyDir is null) { errors.Invalid(at, name, "referenced volume must be of type emptyDir"); }
            }
        }
    }
}
