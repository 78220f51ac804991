using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Admin;

/// <summary>The keys of the operators' listener. Immutable; thread-safe.</summary>
internal sealed class AdminKeys
{
    private readonly (AdminRole Role, HashedSecret Secret)[] _keys;

    public AdminKeys(AdminOptions options)
    {
        _keys =
        [
            .. from key in new[]
               {
                   (Role: AdminRole.Operate, Secret: Secret.Read(options.Key, options.KeyFile)),
                   (Role: AdminRole.Read, Secret: Secret.Read(options.ReadKey, options.ReadKeyFile)),
               }
               where key.Secret is not null
               select (key.Role, new HashedSecret(key.Secret)),
        ];
    }

    /// <summary>True where callers need no key.</summary>
    public bool AreNone => _keys.Length == 0;

    /// <summary>The role that a key gives; null where it is no key.</summary>
    public AdminRole? RoleOf(string presented)
    {
        AdminRole? found = null;
        // All of them, so that the time says nothing of which one it was.
        foreach (var (role, secret) in _keys)
        {
            if (secret.Is(presented))
                found ??= role;
        }

        return found;
    }

    /// <summary>A secret that changes with the key of a role; null where the role has none.</summary>
    public byte[]? Derive(AdminRole role, ReadOnlySpan<byte> purpose)
    {
        foreach (var (of, secret) in _keys)
        {
            if (of == role)
                return secret.Derive(purpose);
        }

        return null;
    }
}
