using System.Globalization;
using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Encryption;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Registry;

/// <summary>Creates, changes and deletes objects of any resource, in upstream's order of steps.</summary>
internal sealed class ObjectWriter(
    IStore store, ObjectReader reader, AdmissionChain admission, WriteHookChain hooks, NameGenerator names, FieldManager fields, TimeProvider time)
{
    private const int MaxNameAttempts = 8;
    private static readonly FieldPath MetadataPath = FieldPath.Of("metadata");

    /// <summary>Creates an object.</summary>
    /// <param name="value">Owned by the call; its namespace is checked already.</param>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<WriteResult> CreateAsync(
        ServedResource resource, WriteCall call, IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        var declaration = resource.Declaration;
        value.Metadata ??= new V1ObjectMeta();
        var comesFromElsewhere = ulong.TryParse(value.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0;
        EndFormerLife(value.Metadata);
        declaration.Default(value);
        if (!call.IsPatch) { DuplicateOwners.Remove(value.Metadata, call.Warnings, isAfterAdmission: false); }
        fields.OnCreate(resource, call, value);
        var request = Admission(AdmissionOperation.Create, resource, call, value.Metadata.NamespaceProperty, value.Metadata.Name, value, null);
        if (!call.IsAdmitted)
        {
            var owned = value.Metadata.ManagedFields;
            await admission.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
            value = (IKubernetesObject<V1ObjectMeta>)request.Object!;
            value.Metadata ??= new V1ObjectMeta();
            DuplicateOwners.Remove(value.Metadata, call.Warnings, isAfterAdmission: true);
            FieldManager.AfterAdmission(call, value.Metadata, owned);
        }

        BeginLife(value.Metadata);
        var isGenerated = string.IsNullOrEmpty(value.Metadata.Name) && !string.IsNullOrEmpty(value.Metadata.GenerateName);
        if (isGenerated) { value.Metadata.Name = names.Generate(value.Metadata.GenerateName); }
        declaration.PrepareForCreate(value, call.Warnings);
        declaration.TakeRequester(value, call.User);
        Validate(resource, value);
        call.Warnings.AddRange(declaration.WarningsFor(value, null));

        using var holds = await hooks.BeginAsync(declaration, value, null, call.IsDryRun, cancellationToken).ConfigureAwait(false);
        if (comesFromElsewhere && !call.IsDryRun) { throw ApiErrors.Unexplained("resourceVersion should not be set on objects to be created"); }
        if (!call.IsAdmitted) { await admission.ValidateAsync(request with { Name = value.Metadata.Name }, cancellationToken).ConfigureAwait(false); }

        for (var attempt = 1; ; attempt++)
        {
            var stored = await declaration.ToStoredAsync(value, cancellationToken).ConfigureAwait(false);
            var json = Encode(resource, stored);
            var storeKey = resource.KeyOf(value.Key());
            if (call.IsDryRun)
            {
                if (await reader.ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false) is not null) { throw ApiErrors.AlreadyExists(resource.Resource, value.Metadata.Name); }
                return await ShownAsync(resource, new WriteResult(Made(resource, storeKey, json, 0, stored), WriteOutcome.Created), cancellationToken).ConfigureAwait(false);
            }

            CommitResult result;
            try { result = await CommitAsync(CommitRequest.Create(storeKey, json), cancellationToken).ConfigureAwait(false); }
            catch (ApiException error) when (error.Reason == StatusReasons.RequestEntityTooLarge && !call.IsApply && value.Metadata.ManagedFields is not null)
            {
                // Rather without an account of its owners than not at all.
                value.Metadata.ManagedFields = null;
                continue;
            }

            if (result.Succeeded)
            {
                holds.Commit();
                var made = Made(resource, storeKey, json, result.Revision.Value, stored);
                resource.Cache.Offer(made);
                return await ShownAsync(resource, new WriteResult(made, WriteOutcome.Created), cancellationToken).ConfigureAwait(false);
            }

            if (!isGenerated || attempt == MaxNameAttempts) { throw Taken(resource, value.Metadata.Name, isGenerated); }
            value.Metadata.Name = names.Generate(value.Metadata.GenerateName);
        }
    }

    /// <summary>Changes an object; begins anew when another write comes between.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<WriteResult> UpdateAsync(
        ServedResource resource, WriteCall call, ObjectKey key, ObjectChange change, CancellationToken cancellationToken)
    {
        var storeKey = resource.KeyOf(key);
        var dropsOwners = false;
        var current = resource.Cache.Snapshot.Objects.Find(storeKey);
        var isFresh = current is null;
        if (current is null) { current = await reader.ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false); }
        while (true)
        {
            if (current is null)
            {
                CheckUid(storeKey, resource, key.Name, change.PreconditionUid, string.Empty);
                if (change.MakeAbsent is { } makeAbsent)
                {
                    try { return await CreateAsync(resource, call, Versioned(await makeAbsent(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false); }
                    catch (ApiException error) when (error.IsAlreadyExists)
                    {
                        // Somebody else created it meanwhile.
                        current = await reader.ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false);
                        if (current is null) { throw; }
                        isFresh = true;
                        continue;
                    }
                }

                if (change.Absent is { } absent) { return await CreateAsync(resource, call, Versioned(absent()), cancellationToken).ConfigureAwait(false); }
                throw ApiErrors.NotFound(resource.Resource, key.Name);
            }

            var warnings = call.Warnings.Count;
            try
            {
                await ConversionAhead.PrepareAsync(resource, current, cancellationToken).ConfigureAwait(false);
                CheckUid(storeKey, resource, key.Name, change.PreconditionUid, current.Value.Metadata.Uid);
                var (result, conflict) = await TryUpdateAsync(resource, call, current, change, dropsOwners, cancellationToken).ConfigureAwait(false);
                if (result is { } done) { return await ShownAsync(resource, done, cancellationToken).ConfigureAwait(false); }
                current = conflict is { } entry ? StoredObjects.Make(resource, entry) : null;
                isFresh = true;
            }
            catch (ApiException error) when (error.Reason == StatusReasons.RequestEntityTooLarge && !call.IsApply && !dropsOwners) { dropsOwners = true; }
            catch (ApiException) when (!isFresh && current is not null)
            {
                // The cache may have been behind: only the store's newest state may refuse.
                var latest = await reader.ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false);
                if (latest is not null && latest.Revision == current.Revision) { throw; }
                current = latest;
                isFresh = true;
            }

            call.Warnings.RemoveRange(warnings, call.Warnings.Count - warnings);
        }
    }

    /// <summary>Deletes an object, or begins to.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<WriteResult> DeleteAsync(
        ServedResource resource, WriteCall call, ObjectKey key, DeleteCall delete, CancellationToken cancellationToken)
    {
        delete.Check();
        var storeKey = resource.KeyOf(key);
        var current = await reader.ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (current is null) { throw ApiErrors.NotFound(resource.Resource, key.Name); }
            CheckPreconditions(resource, key.Name, current, delete);
            await ConversionAhead.PrepareAsync(resource, current, cancellationToken).ConfigureAwait(false);
            var old = current.As(resource.Declaration).Value;
            if (!call.IsAdmitted)
            {
                var request = Admission(AdmissionOperation.Delete, resource, call, key.Namespace, call.IsOfCollection ? null : key.Name, null, old, delete);
                await admission.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
                await admission.ValidateAsync(request, cancellationToken).ConfigureAwait(false);
            }

            var plan = DeletionPlan.For(resource.Declaration, old, delete, time.GetUtcNow());
            if (plan.Step == DeletionStep.Wait) { return new WriteResult(current, WriteOutcome.Deleting); }
            var (result, conflict) = plan.Step == DeletionStep.Remove
                ? await RemoveAsync(resource, call, current, null, cancellationToken).ConfigureAwait(false)
                : await MarkAsync(resource, call, current, plan.Marked!, cancellationToken).ConfigureAwait(false);
            if (result is { } done) { return await ShownAsync(resource, done, cancellationToken).ConfigureAwait(false); }
            current = conflict is { } entry ? StoredObjects.Make(resource, entry) : null;
        }
    }

    /// <summary>Removes an object that cannot be read, whatever it was: its finalizers, dependents and holdings are left as they are.</summary>
    /// <exception cref="ApiException">422: it can be read, or is not there. 409: it has changed.</exception>
    public async ValueTask DeleteUnreadableAsync(ServedResource resource, ObjectKey key, CancellationToken cancellationToken)
    {
        var storeKey = resource.KeyOf(key);
        StoreEntry? entry;
        try { entry = (await store.RangeAsync(RangeRequest.Key(storeKey), cancellationToken).ConfigureAwait(false)).Entries is [var found] ? found : null; }
        catch (StoreException exception) { throw StoreErrors.ToApi(exception); }
        if (entry is null || StoredValue.FaultOf(entry) is null) { throw UnsafeDeletion.NotNeeded(resource.Resource, key.Name); }
        var result = await CommitAsync(CommitRequest.Delete(storeKey, entry.Modified), cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded) { throw ApiErrors.StaleObject(resource.Resource, key.Name); }
    }

    private static void CheckPreconditions(ServedResource resource, string name, CachedObject current, DeleteCall delete)
    {
        // Upstream names the kind where else the resource stands.
        var kind = resource.Resource with { Resource = resource.Declaration.Kind.Kind };
        var uid = current.Value.Metadata.Uid;
        if (delete.PreconditionUid is { Length: > 0 } wantedUid && wantedUid != uid)
        {
            throw ApiErrors.Conflict(kind, name, $"the UID in the precondition ({wantedUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        if (delete.PreconditionResourceVersion is { Length: > 0 } wanted && wanted != current.Revision.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Conflict(kind, name, $"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({current.Revision}). The object might have been modified");
        }
    }

    // Of an update of what is gone the answer is this conflict too, not that it is not found.
    private static void CheckUid(string storeKey, ServedResource resource, string name, string? wanted, string? uid)
    {
        if (string.IsNullOrEmpty(wanted) || wanted == uid) { return; }
        throw ApiErrors.Conflict(resource.Resource, name,
            $"StorageError: invalid object, Code: 4, Key: {storeKey}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
    }

    private static IKubernetesObject<V1ObjectMeta> Versioned(IKubernetesObject<V1ObjectMeta> value)
    {
        ResourceVersions.ParseOfObject(value.Metadata?.ResourceVersion);
        return value;
    }

    private static void Validate(ServedResource resource, IKubernetesObject<V1ObjectMeta> value)
    {
        var errors = new FieldErrors();
        var metadata = value.Metadata;
        if (!string.IsNullOrEmpty(metadata.GenerateName))
        {
            resource.Declaration.ValidateName(metadata.GenerateName, isPrefix: true, MetadataPath.Child("generateName"), errors);
        }

        if (string.IsNullOrEmpty(metadata.Name)) { errors.Required(MetadataPath.Child("name"), "name or generateName is required"); }
        else { resource.Declaration.ValidateName(metadata.Name, isPrefix: false, MetadataPath.Child("name"), errors); }

        if (!resource.IsNamespaced && !string.IsNullOrEmpty(metadata.NamespaceProperty)) { errors.Forbidden(MetadataPath.Child("namespace"), "not allowed on this type"); }
        if (resource.IsNamespaced && string.IsNullOrEmpty(metadata.NamespaceProperty)) { errors.Required(MetadataPath.Child("namespace")); }
        else if (resource.IsNamespaced) { NameRules.DnsLabel(metadata.NamespaceProperty, isPrefix: false, MetadataPath.Child("namespace"), errors); }

        MetadataRules.Validate(metadata, MetadataPath, errors, resource.Declaration.TakesAnyFinalizer);
        resource.Declaration.Validate(value, errors);
        if (errors.Count > 0) { throw ApiErrors.Invalid(resource.Declaration.Kind, metadata.Name ?? string.Empty, errors); }
    }

    private static ApiException Taken(ServedResource resource, string name, bool isGenerated)
    {
        var error = ApiErrors.AlreadyExists(resource.Resource, name);
        if (!isGenerated) { return error; }
        error.Status.Message = $"{resource.Resource.GroupResource} \"{name}\" already exists, the server was not able to generate a unique name for the object";
        return new ApiException(error.Status);
    }

    private static byte[] Encode(ServedResource resource, IKubernetesObject<V1ObjectMeta> stored)
    {
        stored.Metadata.ResourceVersion = null;
        stored.Metadata.SelfLink = null;
        return ApiJson.Serialize(stored, resource.Stored.ObjectType);
    }

    private static CachedObject Made(ServedResource resource, string key, byte[] json, long revision, IKubernetesObject<V1ObjectMeta> stored)
    {
        var made = new CachedObject(key, json, revision, resource.Stored);
        made.Adopt(stored);
        return made;
    }

    private static AdmissionRequest Admission(
        AdmissionOperation operation, ServedResource resource, WriteCall call, string? namespaceName, string? name,
        IKubernetesObject? value, IKubernetesObject? old, DeleteCall? delete = null)
    {
        var request = new AdmissionRequest(operation, resource.Resource, resource.Declaration.Kind, call.User)
        {
            Subresource = call.Subresource, Namespace = namespaceName ?? string.Empty, Name = name ?? string.Empty,
            Object = value, OldObject = old, IsDryRun = call.IsDryRun, IsPatch = call.IsPatch, Warnings = call.Warnings,
            Options = call.OptionsFor(operation, delete),
        };
        return call.AuditAnnotations is { } annotations ? request with { AuditAnnotations = annotations } : request;
    }

    // Whoever changes an object cannot change what the server keeps about its life.
    private static void CarryOver(V1ObjectMeta metadata, V1ObjectMeta old)
    {
        if (string.IsNullOrEmpty(metadata.Uid)) { metadata.Uid = old.Uid; }
        metadata.CreationTimestamp = old.CreationTimestamp ?? metadata.CreationTimestamp;
        if (old.DeletionTimestamp is not null) { metadata.DeletionTimestamp = old.DeletionTimestamp; }
        if (old.DeletionGracePeriodSeconds is not null && metadata.DeletionGracePeriodSeconds is null) { metadata.DeletionGracePeriodSeconds = old.DeletionGracePeriodSeconds; }
        metadata.Generation = old.Generation;
    }

    private static void CheckVersion(ServedResource resource, IKubernetesObject<V1ObjectMeta> value, CachedObject current)
    {
        var metadata = value.Metadata;
        if (string.IsNullOrEmpty(metadata.ResourceVersion) || metadata.ResourceVersion == "0")
        {
            if (!resource.Declaration.AllowsUnconditionalUpdate)
            {
                var errors = new FieldErrors();
                errors.Invalid(MetadataPath.Child("resourceVersion"), 0, "must be specified for an update");
                throw ApiErrors.Invalid(resource.Declaration.Kind with { Kind = resource.Resource.Resource }, metadata.Name, errors);
            }

            metadata.ResourceVersion = current.Revision.ToString(CultureInfo.InvariantCulture);
        }
        else if (ResourceVersions.ParseOfObject(metadata.ResourceVersion) != current.Revision)
        {
            throw ApiErrors.StaleObject(resource.Resource, metadata.Name);
        }
    }

    // The answer shows what is stored in the version of the request.
    private static ValueTask<WriteResult> ShownAsync(ServedResource resource, WriteResult result, CancellationToken cancellationToken)
    {
        var prepared = ConversionAhead.PrepareAsync(resource, result.Object, cancellationToken);
        return prepared.IsCompletedSuccessfully ? new ValueTask<WriteResult>(result) : WaitAsync();

        async ValueTask<WriteResult> WaitAsync()
        {
            await prepared.ConfigureAwait(false);
            return result;
        }
    }

    private void BeginLife(V1ObjectMeta metadata)
    {
        EndFormerLife(metadata);
        metadata.Uid = Guid.NewGuid().ToString();
        metadata.CreationTimestamp = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        metadata.ResourceVersion = null;
        metadata.Generation = null;
    }

    // What only the server can know of an object; nobody owns it or is shown it before it is there.
    private static void EndFormerLife(V1ObjectMeta metadata)
    {
        metadata.Uid = null;
        metadata.CreationTimestamp = null;
        metadata.DeletionTimestamp = null;
        metadata.DeletionGracePeriodSeconds = null;
        metadata.SelfLink = null;
    }

    private async ValueTask<(WriteResult? Result, StoreEntry? Conflict)> TryUpdateAsync(
        ServedResource resource, WriteCall call, CachedObject current, ObjectChange change, bool dropsOwners, CancellationToken cancellationToken)
    {
        var declaration = resource.Declaration;
        var old = current.As(declaration).Value;
        var value = await change.Make(current, cancellationToken).ConfigureAwait(false);
        value.Metadata ??= new V1ObjectMeta();
        CheckVersion(resource, value, current);
        declaration.Default(value);
        if (!call.IsPatch && change.View is null) { DuplicateOwners.Remove(value.Metadata, call.Warnings, isAfterAdmission: false); }
        await fields.OnUpdateAsync(resource, call, current, value, cancellationToken).ConfigureAwait(false);

        var request = Admission(AdmissionOperation.Update, resource, call, old.Metadata.NamespaceProperty, old.Metadata.Name, value, old);
        if (change.View is { } view) { request = request with { Kind = view.Kind, Object = view.Show(value), OldObject = view.Show(old) }; }
        if (!call.IsAdmitted)
        {
            var owned = value.Metadata.ManagedFields;
            await admission.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
            if (change.View is null) { value = (IKubernetesObject<V1ObjectMeta>)request.Object!; }
            else { change.View.TakeBack(value, request.Object!); }
            value.Metadata ??= new V1ObjectMeta();
            if (change.View is null) { DuplicateOwners.Remove(value.Metadata, call.Warnings, isAfterAdmission: true); }
            FieldManager.AfterAdmission(call, value.Metadata, owned);
        }

        CarryOver(value.Metadata, old.Metadata);
        if (dropsOwners) { value.Metadata.ManagedFields = null; }
        var errors = new FieldErrors();
        var managed = value.Metadata.ManagedFields;
        change.Prepare(declaration, value, old);
        // Whose fields they are is settled, whatever else of the metadata is taken from the old object.
        if (!ReferenceEquals(value.Metadata.ManagedFields, managed)) { value.Metadata = value.Metadata with { ManagedFields = managed }; }
        MetadataRules.ValidateUpdate(value.Metadata, old.Metadata, MetadataPath, errors, declaration.TakesAnyFinalizer);
        change.Validate(declaration, value, old, errors);
        if (errors.Warnings.Count > 0) { call.Warnings.AddRange(errors.Warnings); }
        if (errors.Count > 0) { throw ApiErrors.Invalid(declaration.Kind, old.Metadata.Name, errors); }
        if (call.Subresource is "" or "scale") { call.Warnings.AddRange(declaration.WarningsFor(value, old)); }
        else if (call.Subresource == "status") { call.Warnings.AddRange(declaration.StatusWarningsFor(value)); }

        if (DeletionPlan.IsOver(declaration, value))
        {
            await JudgeAsync(call, change, request, value, cancellationToken).ConfigureAwait(false);
            return await RemoveAsync(resource, call, current, value, cancellationToken).ConfigureAwait(false);
        }

        using var holds = await hooks.BeginAsync(declaration, value, old, call.IsDryRun, cancellationToken).ConfigureAwait(false);
        await JudgeAsync(call, change, request, value, cancellationToken).ConfigureAwait(false);

        var (result, conflict) = await PutAsync(resource, call, current, value, WriteOutcome.Updated, cancellationToken).ConfigureAwait(false);
        if (result is not null) { holds.Commit(); }
        return (result, conflict);
    }

    private ValueTask JudgeAsync(WriteCall call, ObjectChange change, AdmissionRequest request, IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        if (call.IsAdmitted) { return ValueTask.CompletedTask; }
        request.Object = change.View is { } view ? view.Show(value) : value;
        return admission.ValidateAsync(request, cancellationToken);
    }

    private async ValueTask<(WriteResult? Result, StoreEntry? Conflict)> MarkAsync(
        ServedResource resource, WriteCall call, CachedObject current, IKubernetesObject<V1ObjectMeta> marked, CancellationToken cancellationToken)
        => await PutAsync(resource, call, current, marked, WriteOutcome.Deleting, cancellationToken).ConfigureAwait(false);

    private async ValueTask<(WriteResult? Result, StoreEntry? Conflict)> PutAsync(
        ServedResource resource, WriteCall call, CachedObject current, IKubernetesObject<V1ObjectMeta> value, WriteOutcome outcome, CancellationToken cancellationToken)
    {
        var stored = await resource.Declaration.ToStoredAsync(value, cancellationToken).ConfigureAwait(false);
        var json = Encode(resource, stored);
        if (FieldManager.RevertsTimes(current, stored, json)) { json = Encode(resource, stored); }
        if (json.AsSpan().SequenceEqual(current.StoredJson.Span))
        {
            // The cache may be behind: that nothing changes, only the store can say.
            var latest = await store.RangeAsync(RangeRequest.Key(current.Key), cancellationToken).ConfigureAwait(false);
            var entry = latest.Entries.Count > 0 ? latest.Entries[0] : null;
            if (entry?.Modified.Value != current.Revision) { return (null, entry); }
            if (store is not EncryptedStore encrypted || !await encrypted.IsStaleAsync(current.Key, cancellationToken).ConfigureAwait(false)) { return (new WriteResult(current, outcome), null); }
        }

        if (call.IsDryRun) { return (new WriteResult(Made(resource, current.Key, json, current.Revision, stored), outcome), null); }

        var result = await CommitAsync(CommitRequest.Put(current.Key, json, new Revision(current.Revision)), cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded) { return (null, result.Conflicts[0].Entry); }
        var made = Made(resource, current.Key, json, result.Revision.Value, stored);
        resource.Cache.Offer(made);
        return (new WriteResult(made, outcome), null);
    }

    // The last state goes out as it would have been stored, at the revision of the deletion.
    private async ValueTask<(WriteResult? Result, StoreEntry? Conflict)> RemoveAsync(
        ServedResource resource, WriteCall call, CachedObject current, IKubernetesObject<V1ObjectMeta>? last, CancellationToken cancellationToken)
    {
        using var holds = await hooks.BeginAsync(resource.Declaration, null, current.As(resource.Declaration).Value, call.IsDryRun, cancellationToken).ConfigureAwait(false);
        var revision = current.Revision;
        if (!call.IsDryRun)
        {
            var result = await CommitAsync(CommitRequest.Delete(current.Key, new Revision(current.Revision)), cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded) { return (null, result.Conflicts[0].Entry); }
            holds.Commit();
            revision = result.Revision.Value;
        }

        if (last is null) { return (new WriteResult(current.AtRevision(revision), WriteOutcome.Deleted), null); }
        var stored = await resource.Declaration.ToStoredAsync(last, cancellationToken).ConfigureAwait(false);
        return (new WriteResult(Made(resource, current.Key, Encode(resource, stored), revision, stored), WriteOutcome.Deleted), null);
    }

    private async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        try { return await store.CommitAsync(request, cancellationToken).ConfigureAwait(false); }
        catch (StoreException exception) { throw StoreErrors.ToApi(exception); }
    }
}
